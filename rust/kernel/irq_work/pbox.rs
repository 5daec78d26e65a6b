// SPDX-License-Identifier: GPL-2.0

//! Works embedded in an object behind a `Pin<KBox>`.

use core::{
    pin::Pin,
    ptr::NonNull, //
};
use kernel::alloc::KBox;

use super::{
    pointer::{
        IrqWorkPointer,
        SharedPointer, //
    },
    Context,
    GracePeriod,
    Handle,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback, //
};
use crate::context::TaskContext;

// SAFETY: A box owns the pinned object, which stays in place until `from_raw()`. The callback gets
// a shared reference; `T: Send + Sync` allows that on several CPUs, and dropping the object on any
// of them.
unsafe impl<T> IrqWorkPointer for Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = Pin<&'a T>;
    type Context = Context<T::Mode>;
    const EXCLUSIVE: bool = false;

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

    unsafe fn target<'a>(object: *mut T) -> Pin<&'a T> {
        // SAFETY: The caller promises that `object` came from `into_raw()` and is not taken back
        // before `'a` ends. Until then the object is pinned, and only shared.
        unsafe { Pin::new_unchecked(&*object) }
    }

    unsafe fn with_context(work: *const IrqWork<T>, f: impl FnOnce(&Self::Context)) {
        // SAFETY: The caller promises to be the callback of `work`, which does not end before the
        // context does. The raw work is the first field; its mode is `T::Mode`.
        f(unsafe { &Context::new(work.cast()) });
    }
}

// SAFETY: `EXCLUSIVE` is false. `T: Sync` allows using `&T` on all CPUs. The handles are counted.
unsafe impl<T> SharedPointer for Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    const COUNTED: bool = true;
}

impl<T> From<Pin<KBox<T>>> for Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    fn from(object: Pin<KBox<T>>) -> Self {
        // SAFETY: A handle would own the box; we own it, so there is none.
        unsafe { Self::from_new(object) }
    }
}

impl<T> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    /// Waits until the work is idle, and a grace period, and returns the object.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn into_inner(self, task: &TaskContext) -> Pin<KBox<T>> {
        self.into_inner_with(GracePeriod::Normal, task)
    }

    /// [`Self::into_inner`], with a grace period of the caller's choice.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn into_inner_with(self, how: GracePeriod, task: &TaskContext) -> Pin<KBox<T>> {
        // SAFETY: A handle of a box cannot be cloned: this is the only one.
        unsafe { self.into_pointer(how, task) }
    }
}
