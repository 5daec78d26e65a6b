// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# pointer_by_hand: E0200
//! A pointer that gives up its object while a call is in flight breaks
//! everything: implementing `CsdPointer` is unsafe.
//! pass: Unsafe code says why it is right.
pub struct Handle<T>(Pin<KBox<T>>);

impl<T> CsdPointer for Handle<T> //[fail]
// SAFETY: As for the box. //[pass]
unsafe impl<T> CsdPointer for Handle<T> //[pass]
where
    T: HasCsd + CsdCallback<Pointer = Self> + Send + 'static,
{
    type Object = T;
    type Target<'a> = ();

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What the pointer points to does not move.
        NonNull::from(KBox::leak(unsafe { Pin::into_inner_unchecked(self.0) }))
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: It came from `into_raw()`.
        Self(unsafe { Pin::new_unchecked(KBox::from_raw(object)) })
    }

    unsafe fn target<'a>(_object: *mut T) -> Self::Target<'a> {}
}

//# pointer_of_other_kind: E0271
//! An object is queued through one kind of pointer, that of its callback: a box
//! must not become the token of an object whose callback shares it.
//! pass: A `UniqueArc` does.
include!("common/sampler.rs");
include!("common/arc.rs");

pub fn idle(object: Pin<KBox<Sampler>>) { //[fail]
pub fn idle(object: Pin<UniqueArc<Sampler>>) { //[pass]
    drop(Idle::from(object));
}

//# pointer_of_other_object: E0271
//! An object must be queued through a pointer to itself: its csd holds its own
//! callback.
//! pass: It is.
include!("common/sampler.rs");
include!("common/box.rs");

#[pin_data]
pub struct Other {
    #[pin]
    csd: Csd<Self>,
}

impl_has_csd! {
    impl HasCsd for Other { self.csd }
}

impl CsdCallback for Other {
    type Pointer = Pin<KBox<Sampler>>; //[fail]
    type Pointer = Pin<KBox<Self>>; //[pass]
    type Output = ();

    fn run(_this: Pin<&mut Sampler>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}
