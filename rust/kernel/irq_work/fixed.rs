// SPDX-License-Identifier: GPL-2.0

use core::ptr::NonNull;

use super::{
    Context,
    Handle,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback,
    IrqWorkPointer,
    SharedPointer, //
};

// SAFETY: The object is there for good, or until its module goes, whose unload waits for it. A
// static does not move. `T: Sync` allows to share it with other CPUs.
unsafe impl<T> IrqWorkPointer for &'static T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Sync + 'static,
{
    type Object = T;
    type Target<'a> = &'static T;
    type Context = Context<T::Mode>;
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        NonNull::from(self)
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: By the safety requirements it was a `&'static T`.
        unsafe { &*object }
    }

    unsafe fn target<'a>(object: *mut T) -> Self::Target<'a> {
        // SAFETY: As above.
        unsafe { &*object }
    }

    unsafe fn context(work: *const IrqWork<T>) -> Self::Context {
        // SAFETY: By the safety requirements; the raw work is the first field.
        unsafe { Context::new(work.cast()) }
    }
}

// SAFETY: Not exclusive, `T: Sync`, and there for good.
unsafe impl<T> SharedPointer for &'static T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Sync + 'static,
{
    const COUNTED: bool = false;
}

/// Any number of handles may be made. Dropping one does nothing: the work can be queued as long as
/// its module is there.
///
/// # Context
///
/// Any, NMI included.
impl<T> From<&'static T> for Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Sync + 'static,
{
    fn from(object: &'static T) -> Self {
        // SAFETY: It is not counted.
        unsafe { Self::from_new(object) }
    }
}

impl<T> Clone for Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Sync + 'static,
{
    fn clone(&self) -> Self {
        self.again()
    }
}

impl<T> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Sync + 'static,
{
    /// The object, for as long as it is there.
    pub fn object_ref(&self) -> &'static T {
        // SAFETY: The handle was made from a `&'static T`.
        unsafe { self.object().as_ref() }
    }
}
