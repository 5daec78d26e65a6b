// SPDX-License-Identifier: GPL-2.0

//! Calls embedded in an object behind a `Pin<KBox>`.

use core::{
    pin::Pin,
    ptr::NonNull, //
};
use kernel::alloc::KBox;

use super::{
    CsdCallback,
    CsdPointer,
    HasCsd,
    Idle, //
};

// SAFETY: A box is unique: a token that has it is the only one, and may give `Pin<&mut T>`.
// `T: Send` allows using that on another CPU. The box owns the pinned object, which stays in place
// until `from_raw()`.
unsafe impl<T> CsdPointer for Pin<KBox<T>>
where
    T: HasCsd + CsdCallback<Pointer = Self> + Send + 'static,
{
    type Object = T;
    type Target<'a> = Pin<&'a mut T>;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What is behind a raw pointer is not moved; `from_raw()` pins it again.
        let ptr = KBox::into_raw(unsafe { Pin::into_inner_unchecked(self) });
        // SAFETY: A box is not null.
        unsafe { NonNull::new_unchecked(ptr) }
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from a pinned
        // box, and is taken back once.
        unsafe { Pin::new_unchecked(KBox::from_raw(object)) }
    }

    unsafe fn target<'a>(object: *mut T) -> Pin<&'a mut T> {
        // SAFETY: The caller promises that `object` came from `into_raw()`, is not taken back
        // before `'a` ends, and that until then the caller alone has the rights of the pinned box.
        unsafe { Pin::new_unchecked(&mut *object) }
    }
}

impl<T> From<Pin<KBox<T>>> for Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    fn from(object: Pin<KBox<T>>) -> Self {
        // SAFETY: A token would own the box; we own it, so there is none.
        #[cfg(not(crosscall_upstream))]
        let object = unsafe { Self::registered(object) };
        // SAFETY: A token would own the box; we own it, so there is none.
        unsafe { Self::from_pointer(object) }
    }
}

impl<T> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    /// Gives access to the object while no call is in flight.
    pub fn as_mut(&mut self) -> Pin<&mut T> {
        self.pointer.as_mut()
    }
}
