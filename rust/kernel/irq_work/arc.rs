// SPDX-License-Identifier: GPL-2.0

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
    Context,
    Handle,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback,
    IrqWorkPointer,
    SharedPointer, //
};

// SAFETY: The handles hold one reference, which keeps the object alive, and its `Arc` pinned, until
// the reaper drops it. `T: Send + Sync` allows to share it with other CPUs, and to drop it on any.
unsafe impl<T> IrqWorkPointer for Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + Sync + 'static,
{
    type Object = T;
    type Target<'a> = ArcBorrow<'a, T>;
    type Context = Context<T::Mode>;
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What an `Arc` points to is not null.
        unsafe { NonNull::new_unchecked(Arc::into_raw(self).cast_mut()) }
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: By the safety requirements.
        unsafe { Arc::from_raw(object) }
    }

    unsafe fn target<'a>(object: *mut T) -> ArcBorrow<'a, T> {
        // SAFETY: By the safety requirements the handles' reference outlives `'a`; while it exists
        // there is no `UniqueArc`.
        unsafe { ArcBorrow::from_raw(object) }
    }

    unsafe fn context(work: *const IrqWork<T>) -> Self::Context {
        // SAFETY: By the safety requirements; the raw work is the first field.
        unsafe { Context::new(work.cast()) }
    }
}

// SAFETY: Not exclusive, and `T: Sync`.
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
        // SAFETY: The handles hold a reference, which we borrow.
        let arc = ManuallyDrop::new(unsafe { Arc::from_raw(self.object().as_ptr()) });
        Arc::clone(&arc)
    }
}
