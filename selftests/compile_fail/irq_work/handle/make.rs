// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# handle_by_hand: E0451 uncoded
//! expect-text: field `object` of struct `Handle` is private
//! A handle that is not counted outlives the object.
//! pass: The object becomes its first handle.
/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<T: Boxed>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> {
    Handle { //[fail]
        object: conjure(), //[fail]
        ..conjure() //[fail]
    } //[fail]
    Handle::from(object) //[pass]
}

//# handle_from_new: E0624
//! The constructor of a handle that does not ask whether there is another one
//! is not for clients.
//! pass: They have one that cannot go wrong.
pub fn forge<T: Boxed>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> {
    Handle::from_new(object) //[fail]
    Handle::from(object) //[pass]
}

//# handle_from_shared: E0277
//! An object has one count of handles, which begins with the first one. A
//! reference that is shared must not begin it again.
//! pass: The last reference can become a handle again.
pub fn second<T: Counted>(handle: &Handle<Arc<T>>) -> Option<Handle<Arc<T>>> {
    Some(Handle::from(handle.shared())) //[fail]
    Arc::into_unique_or_drop(handle.shared()).map(Handle::from) //[pass]
}

//# handle_from_unpinned: E0277
//! An object that can still be moved must not be queued.
//! pass: A pinned one cannot be moved.
pub fn make<T: Boxed>(object: KBox<T>) -> Handle<Pin<KBox<T>>> {
    Handle::from(object) //[fail]
    Handle::from(KBox::into_pin(object)) //[pass]
}

//# handle_from_unpinned_arc: E0277
//! An object that can still be moved must not be queued: a `UniqueArc` gives it
//! away.
//! pass: A pinned one does not.
pub fn make<T: Counted>(object: UniqueArc<T>) -> Handle<Arc<T>> {
    Handle::from(object) //[fail]
    Handle::from(Pin::from(object)) //[pass]
}

//# ignore_handle: unused_must_use
//! expect-text: dropping the last handle gives up the work
//! A work without a handle cannot be queued: the last one should not go by
//! accident.
//! pass: On purpose it is fine.
pub fn ignore() -> Result {
    irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?; //[fail]
    drop(irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# raw_private: E0616
//! The field by which the crate queues is not for clients.
//! pass: Theirs are.
include!("../common/rung.rs");
include!("../common/arc.rs");

pub fn raw(handle: &Handle<Arc<Doorbell>>) {
    _ = &handle.work.raw; //[fail]
    _ = &handle.rung; //[pass]
}
