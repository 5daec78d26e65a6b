// SPDX-License-Identifier: GPL-2.0
//! expect: E0200
//! A pointer that is said to be shared is used by many CPUs at once:
//! implementing `SharedPointer` is unsafe.
//! pass: Unsafe code says why it is right.

include!("common/names.rs");

use core::ptr::NonNull;

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

    unsafe fn context(_work: *const IrqWork<T>) -> Self::Context {
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
