// SPDX-License-Identifier: GPL-2.0

//! Works embedded in a static object.

use core::ptr::NonNull;

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

// SAFETY: The object is valid for good, or as long as its module is, which must be unloaded after
// the work has run. A static does not move. `T: Sync` allows sharing it with other CPUs.
unsafe impl<T> IrqWorkPointer for &'static T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Sync + 'static,
{
    type Object = T;
    type Target<'a> = &'static T;
    type Context = Context<T::Mode>;
    #[cfg(not(crosscall_upstream))]
    const EXCLUSIVE: bool = false;

    fn into_raw(self) -> NonNull<T> {
        NonNull::from(self)
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from a
        // `&'static T`.
        unsafe { &*object }
    }

    unsafe fn target<'a>(object: *mut T) -> Self::Target<'a> {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from a
        // `&'static T`.
        unsafe { &*object }
    }

    unsafe fn with_context(work: *const IrqWork<T>, f: impl FnOnce(&Self::Context)) {
        // SAFETY: The caller promises to be the callback of `work`, which does not end before the
        // context does. The raw work is the first field; its mode is `T::Mode`.
        f(unsafe { &Context::new(work.cast()) });
    }
}

// SAFETY: No token rules out that the work runs twice at once, and `T: Sync` allows using `&T` on
// all CPUs. It is not counted: a `&'static T` is valid for good.
unsafe impl<T> SharedPointer for &'static T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Sync + 'static,
{
    const COUNTED: bool = false;
}

/// Makes a handle; any number may exist. Dropping one does nothing: the work can be queued as long
/// as its module is loaded.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "\nThe module that has made the object must make its first handle, by code that is
compiled into it, and a static must be in that module: else the work is refused for good
(`ESHUTDOWN`), see `Documentation/safety.rst`."
)]
///
/// # Context
///
/// Any, NMI included.
impl<T> From<&'static T> for Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Sync + 'static,
{
    fn from(object: &'static T) -> Self {
        // SAFETY: The object is not counted.
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
    /// The static object.
    pub fn object_ref(&self) -> &'static T {
        // SAFETY: The handle's invariant: its object came from `into_raw()`, hence from a
        // `&'static T`.
        unsafe { &*self.object() }
    }
}
