// SPDX-License-Identifier: GPL-2.0

//! The vtable of an object's callback, which the object loses when the module of the callback goes.
//! It begins with the callback's address, so that one word tells both.
//!
//! A module that keeps a token which another module has made should pin that one. If it does not,
//! unload finds the object in the registry, and takes the module's code away from it:
//!
//! | state | callback      | vtable       | to queue it | to reap it              |
//! |-------|---------------|--------------|-------------|-------------------------|
//! | owned | the module's  | the module's | asks a gate | drops the payload       |
//! | gone  | none          | crosscall's  | `ESHUTDOWN` | leaks it: no code knows |
//! |       |               |              |             | how to drop it          |
//!
//! The module that makes the first token of an object becomes its owner. Before that unload does
//! not find the object, and the module that has initialised it may be gone. (A `&'static` object,
//! of which several modules may make the first handle at once, keeps the vtable that it was made
//! with, or has none: [`is_foreign`](super::unload::is_foreign).)
//!
//! An object changes from owned to gone after the gate was closed, when no callback runs and
//! nothing is being reaped. Then there is a grace period before the module's memory goes. Where
//! another module drops what an object owns, it keeps the object's module for that time.

use core::ptr::{
    self,
    NonNull, //
};
use kernel::{
    ffi::c_void,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        rcu, //
    },
};

use super::helpers;

/// Names callbacks whose module is gone.
pub(crate) const GONE: &str = "a callback of a module that is gone";

/// Stands for callbacks whose module is gone.
pub(crate) const GONE_CALLBACK: *const c_void =
    (&raw const helpers::rust_helper_gone_callback).cast();

/// A vtable.
///
/// # Safety
///
/// The implementer must ensure that the type is `repr(C)` and begins with the address of the
/// callback, which identifies its module. In [`Self::gone`], and there alone, it is
/// [`GONE_CALLBACK`].
pub(crate) unsafe trait Code: Sync + 'static {
    /// The vtable of objects whose module is gone: a static of this crate.
    fn gone() -> &'static Self;
}

/// Where an object has the address of its vtable, for C functions that read the callback's address
/// through it, as RCU readers. Unload changes it meanwhile.
pub(crate) type CodePtr = *const *const *const c_void;

/// The code of an object's callback.
///
/// # Invariants
///
/// `vtable` is a `&'static V`, of this crate or of a module that is not gone. (Before the object
/// has entered the registry its module may be: the head of this file says how it enters.)
pub(crate) struct Origin<V: 'static>(Atomic<*const V>);

impl<V: Code> Origin<V> {
    pub(crate) const fn new(vtable: &'static V) -> Self {
        // INVARIANT: A `&'static V`, whose module makes the object.
        Self(Atomic::new(ptr::from_ref(vtable)))
    }

    /// The callback's address, which identifies its module. It must not be dereferenced.
    pub(crate) fn callback(&self) -> *const c_void {
        let section = rcu::read_lock();
        // SAFETY: By `Code` the vtable begins with the address.
        unsafe { *ptr::from_ref(self.read(&section)).cast() }
    }

    pub(crate) fn code(&self) -> CodePtr {
        self.0.as_ptr().cast_const().cast()
    }

    /// The vtable, for an RCU reader: the module's memory stays until a grace period after
    /// [`Self::disown`].
    pub(crate) fn read<'a>(&'a self, _section: &'a rcu::Guard) -> &'a V {
        // SAFETY: The guard says that this is an RCU reader until the last use.
        unsafe { self.vtable() }
    }

    /// # Safety
    ///
    /// The caller must ensure that the module is not gone before the last use of what this returns.
    /// One of these must hold: the object is in flight, which its module waits for; the reaper has
    /// it, which the module waits for too; or the caller is an RCU reader from before this to the
    /// last use, as it is inside the gate. ([`Self::read`] is for one that has a guard.)
    pub(crate) unsafe fn vtable(&self) -> &V {
        // SAFETY: By the type's invariant the vtable is a `&'static V` until the module is gone,
        // and the caller promises that it is not before the last use; or it is one of this crate.
        unsafe { &*self.0.load(ordering::Relaxed) }
    }

    /// Where the vtable is. The module may be gone.
    pub(crate) fn address(&self) -> *const c_void {
        self.0.load(ordering::Relaxed).cast()
    }

    /// Whether the module is gone, so that no code can drop what the object owns.
    pub(crate) fn is_gone(&self) -> bool {
        ptr::eq(self.0.load(ordering::Relaxed), V::gone())
    }

    /// Keeps the module until the guard is dropped, so that its code can drop what the object owns.
    /// `None` if it is gone. Any context.
    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        // SAFETY: The code is that of `self`. The helper is an RCU reader while it reads it.
        let client = unsafe { helpers::rust_helper_client_keep(self.code()) };
        // INVARIANT: The client is from the helper.
        NonNull::new(client).map(ModuleKept)
    }

    /// Forgets the callback, because its module goes. The caller waits for a grace period before
    /// the module's memory goes; the head of this file says when. (Litmus test: unload-names.)
    pub(crate) fn disown(&self) {
        self.set(V::gone());
    }

    /// Gives the object to another module, or to none. The caller alone may use the object, or its
    /// module goes.
    pub(crate) fn set(&self, vtable: &'static V) {
        // INVARIANT: The vtable is that of the caller's module, or one of this crate.
        self.0.store(ptr::from_ref(vtable), ordering::Relaxed);
    }
}

/// The module of an object's callback does not go before this is dropped.
///
/// # Invariants
///
/// The client is from `rust_helper_client_keep()`, and has not been released.
pub(crate) struct ModuleKept(NonNull<c_void>);

impl Drop for ModuleKept {
    fn drop(&mut self) {
        // SAFETY: By the type's invariant the client is from `rust_helper_client_keep()`, and this
        // is the one release.
        unsafe { helpers::rust_helper_client_release(self.0.as_ptr()) };
    }
}
