// SPDX-License-Identifier: GPL-2.0
//! expect: E0200
//! A pointer that gives up its object while a call is in flight breaks
//! everything: implementing `CsdPointer` is unsafe.
//! pass: Unsafe code says why it is right.

include!("common/names.rs");

use core::ptr::NonNull;

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
