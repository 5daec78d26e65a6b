// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# static_borrowed_for_less: E0521
//! A borrow that ends gives no handle, which need not.
//! pass: One for good does.
pub fn make<T>(object: &T) -> Handle<&'static T> //[fail]
pub fn make<T>(object: &'static T) -> Handle<&'static T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static,
{
    Handle::from(object)
}

//# static_const: E0716
//! A constant is another object wherever it is used, here one on the stack.
//! pass: A static is one object.
include!("../common/doorbell.rs");
include!("../common/static.rs");

const DOORBELL: Doorbell = Doorbell { //[fail]
static DOORBELL: Doorbell = Doorbell { //[pass]
    work: IrqWork::new_static(),
};

pub fn ring() -> Result {
    Handle::from(&DOORBELL).queue()?;
    Ok(())
}

//# static_in_const: E0492
//! A reference in a constant is to read-only memory.
//! pass: One to a static is not.
include!("../common/doorbell.rs");
include!("../common/static.rs");

pub const DOORBELL: &Doorbell = &Doorbell { //[fail]
pub static DOORBELL: Doorbell = Doorbell { //[pass]
    work: IrqWork::new_static(),
};

//# static_of_arc: E0271
//! An object that an `Arc` keeps must not have handles that do not count: not
//! even one that was leaked.
//! pass: One that was leaked and says so may.
pub fn leak<T>(object: &'static T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static, //[pass]
{
    object.into()
}

//# static_on_stack: E0597
//! A work without a count of handles must be there for good.
//! pass: A static is.
include!("../common/doorbell.rs");
include!("../common/static.rs");

pub fn ring() -> Result {
    let doorbell = Doorbell { //[fail]
    static DOORBELL: Doorbell = Doorbell { //[pass]
        work: IrqWork::new_static(),
    };
    Handle::from(&doorbell).queue()?; //[fail]
    Handle::from(&DOORBELL).queue()?; //[pass]
    Ok(())
}

//# static_promoted: E0716
//! A work in a constant expression must not become a static in read-only
//! memory.
//! pass: A static that is written to is put where it can be.
include!("../common/doorbell.rs");
include!("../common/static.rs");

pub fn ring() -> Result {
    let doorbell: &'static Doorbell = &Doorbell { //[fail]
    static DOORBELL: Doorbell = Doorbell { //[pass]
        work: IrqWork::new_static(),
    };
    let doorbell = &DOORBELL; //[pass]
    Handle::from(doorbell).queue()?;
    Ok(())
}

//# static_written_later: E0506
//! An object on the heap can be leaked to become a static one. The code that
//! leaked it can no longer write to it.
//! pass: Before that it can.
include!("../common/rung.rs");
include!("../common/static.rs");

pub fn make(object: KBox<Doorbell>) -> Handle<&'static Doorbell> {
    let object = KBox::leak(object);
    let handle = Handle::from(&*object); //[fail]
    object.rung = 1;
    let handle = Handle::from(&*object); //[pass]
    handle
}
