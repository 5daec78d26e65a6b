// SPDX-License-Identifier: GPL-2.0

//! Unsafe code says why it is right.

use core::ptr::NonNull;
use crosscall::irq_work::{
    Context,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback,
    IrqWorkPointer, //
};
use kernel::prelude::*;

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
