// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# pointer_by_hand: E0200
//! A pointer that gives up its object while a work is pending breaks
//! everything: implementing `IrqWorkPointer` is unsafe.
//! pass: Unsafe code says why it is right.
pub struct Own<T>(Pin<KBox<T>>);

impl<T> IrqWorkPointer for Own<T> //[fail]
// SAFETY: As for the box. //[pass]
unsafe impl<T> IrqWorkPointer for Own<T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = ();
    type Context = Context<T::Mode>;
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What the pointer points to does not move.
        NonNull::from(KBox::leak(unsafe { Pin::into_inner_unchecked(self.0) }))
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: It came from `into_raw()`.
        Self(unsafe { Pin::new_unchecked(KBox::from_raw(object)) })
    }

    unsafe fn target<'a>(_object: *mut T) -> Self::Target<'a> {}

    unsafe fn with_context(_work: *const IrqWork<T>, _f: impl FnOnce(&Self::Context)) {
        loop {}
    }
}

//# pointer_from_raw: E0133
//! Taking the object back from its handles is unsafe.
//! pass: The handle can do it.
pub fn take<T: Boxed>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Pin<KBox<T>> {
    IrqWorkPointer::from_raw((&raw const *handle).cast_mut()) //[fail]
    handle.into_inner(task) //[pass]
}

//# pointer_of_other_kind: E0271
//! The callback of an object that an `Arc` keeps clones that: it must not be in
//! a box.
//! pass: It is in an `Arc`.
pub fn make<T: Counted>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> { //[fail]
pub fn make<T: Counted>(object: Pin<UniqueArc<T>>) -> Handle<Arc<T>> { //[pass]
    object.into()
}

//# pointer_of_other_object: E0271
//! The pointer that keeps the object must be to the object.
//! pass: It is to the object itself.
#[pin_data]
pub struct Other {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Other { self.work }
}

impl IrqWorkCallback for Other {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

include!("../common/doorbell.rs");

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Other>; //[fail]
    type Pointer = Arc<Self>; //[pass]

    fn run(_this: ArcBorrow<'_, Other>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}

//# shared_pointer_by_hand: E0200
//! A pointer that is said to be shared is used by many CPUs at once:
//! implementing `SharedPointer` is unsafe.
//! pass: Unsafe code says why it is right.
pub struct Own<T>(Pin<KBox<T>>);

// SAFETY: As for the box.
unsafe impl<T> IrqWorkPointer for Own<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = ();
    type Context = Context<T::Mode>;
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What the pointer points to does not move.
        NonNull::from(KBox::leak(unsafe { Pin::into_inner_unchecked(self.0) }))
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: It came from `into_raw()`.
        Self(unsafe { Pin::new_unchecked(KBox::from_raw(object)) })
    }

    unsafe fn target<'a>(_object: *mut T) -> Self::Target<'a> {}

    unsafe fn with_context(_work: *const IrqWork<T>, _f: impl FnOnce(&Self::Context)) {
        loop {}
    }
}

impl<T> SharedPointer for Own<T> //[fail]
// SAFETY: As for the box. //[pass]
unsafe impl<T> SharedPointer for Own<T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    const COUNTED: bool = true;
}
