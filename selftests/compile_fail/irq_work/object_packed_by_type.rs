// SPDX-License-Identifier: GPL-2.0
//! expect: E0080
//! expect-text: cannot be packed
//! rustc takes no notice of a packed field whose type is another type's.
//! pass: It has its place.

include!("common/names.rs");

pub trait Field: Sized + 'static {
    type Is;
}

#[repr(C, packed)] //[fail]
#[repr(C)] //[pass]
pub struct Doorbell<F: Field> {
    pub flag: u8,
    work: F::Is,
    _field: PhantomData<F>,
}

pub struct Work;

impl Field for Work {
    type Is = IrqWork<Doorbell<Work>>;
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell<Work> { self.work }
}

impl IrqWorkCallback for Doorbell<Work> {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

static DOORBELL: Doorbell<Work> = Doorbell {
    flag: 0,
    work: IrqWork::new_static(),
    _field: PhantomData,
};

pub fn ring() -> kernel::error::Result<bool> {
    Handle::from(&DOORBELL).queue()
}
