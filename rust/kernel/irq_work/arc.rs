// SPDX-License-Identifier: GPL-2.0

//! Works embedded in an object behind an `Arc`.

use core::{
    mem::ManuallyDrop,
    pin::Pin,
    ptr::NonNull, //
};
use kernel::sync::{
    Arc,
    ArcBorrow,
    UniqueArc, //
};

use super::{
    pointer::{
        IrqWorkPointer,
        SharedPointer, //
    },
    Context,
    Handle,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback, //
};

// SAFETY: The handles hold one reference, which keeps the object alive, and its `Arc` pinned, until
// the reaper drops it. `T: Send + Sync` allows sharing it with other CPUs, and dropping it on any
// of them.
unsafe impl<T> IrqWorkPointer for Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = ArcBorrow<'a, T>;
    type Context = Context<T::Mode>;
    #[cfg(not(crosscall_upstream))]
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What an `Arc` points to is not null.
        unsafe { NonNull::new_unchecked(Arc::into_raw(self).cast_mut()) }
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from
        // `Arc::into_raw()`, and is taken back once.
        unsafe { Arc::from_raw(object) }
    }

    unsafe fn target<'a>(object: *mut T) -> ArcBorrow<'a, T> {
        // SAFETY: The caller promises that `object` came from `into_raw()` and is not taken back
        // before `'a` ends: the handles' reference outlives `'a`, and while it exists there is no
        // `UniqueArc`.
        unsafe { ArcBorrow::from_raw(object) }
    }

    unsafe fn with_context(work: *const IrqWork<T>, f: impl FnOnce(&Self::Context)) {
        // SAFETY: The caller promises to be the callback of `work`, which does not end before the
        // context does. The raw work is the first field; its mode is `T::Mode`.
        f(unsafe { &Context::new(work.cast()) });
    }
}

// SAFETY: No token rules out that the work runs twice at once, and `T: Sync` allows using `&T` on
// all CPUs. The handles are counted.
unsafe impl<T> SharedPointer for Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    const COUNTED: bool = true;
}

impl<T> From<Pin<UniqueArc<T>>> for Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    fn from(object: Pin<UniqueArc<T>>) -> Self {
        // SAFETY: Handles hold a reference until the reaper has run; ours is the only one, so there
        // is none.
        unsafe { Self::from_new(object.into()) }
    }
}

impl<T> Clone for Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    fn clone(&self) -> Self {
        self.again()
    }
}

impl<T> Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    /// Shares the object, not the right to queue.
    pub fn shared(&self) -> Arc<T> {
        // SAFETY: The handles hold a reference, from `Arc::into_raw()`, which this borrows and does
        // not drop.
        let arc = ManuallyDrop::new(unsafe { Arc::from_raw(self.object()) });
        Arc::clone(&arc)
    }
}
