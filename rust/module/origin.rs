// SPDX-License-Identifier: GPL-2.0

//! What an object has of the module of its callback, and loses when that module goes.
//!
//! A module that keeps a token which another module has made should pin that one. If it does not,
//! unload finds the object in the registry, and takes the module's code away from it:
//!
//! | state | callback      | vtable       | to queue it | to reap it              |
//! |-------|---------------|--------------|-------------|-------------------------|
//! | owned | the module's  | the module's | asks a gate | drops the payload       |
//! | gone  | nobody's      | crosscall's  | `ESHUTDOWN` | leaks it: no code knows |
//! |       |               |              |             | how to drop it          |
//!
//! The module that makes the first token of an object becomes its owner. Unload does not find the
//! object before that, and the module that has initialised it may be gone.
//!
//! From one to the other after the gate was closed, when no callback runs and nothing is being
//! reaped, and then there is a grace period before the module's memory goes.

use core::ptr;
use kernel::{
    ffi::c_void,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

use super::helpers;

/// Names callbacks whose module is gone.
pub(crate) const GONE: &str = "a callback of a module that is gone";

pub(crate) struct Origin<V: 'static> {
    // INVARIANT: A `&'static V` until the module of `callback` is gone.
    vtable: Atomic<*const V>,
    callback: Atomic<*const c_void>,
}

impl<V> Origin<V> {
    pub(crate) const fn new(vtable: &'static V, callback: *const c_void) -> Self {
        Self {
            // INVARIANT: Just that.
            vtable: Atomic::new(ptr::from_ref(vtable)),
            callback: Atomic::new(callback),
        }
    }

    /// The callback's address, which says whose it is. Nothing is there to be looked at.
    pub(crate) fn callback(&self) -> *const c_void {
        self.callback.load(ordering::Relaxed)
    }

    /// Where that is, for whoever must look at it with preemption off.
    pub(crate) fn callback_ptr(&self) -> *const *const c_void {
        self.callback.as_ptr().cast_const()
    }

    /// # Safety
    ///
    /// The module is not gone before the last use of what this returns. One of these holds: the
    /// object is in flight, which its module waits for; the reaper has it, likewise; the caller has
    /// been an RCU reader since before this.
    pub(crate) unsafe fn vtable(&self) -> &V {
        // SAFETY: By the type's invariant and the safety requirements.
        unsafe { &*self.vtable.load(ordering::Relaxed) }
    }

    /// Whether the module is gone, so that nobody can drop what the object owns.
    pub(crate) fn is_gone(&self) -> bool {
        self.callback() == gone()
    }

    /// The module goes. See above for when; a grace period follows.
    pub(crate) fn disown(&self, vtable: &'static V) {
        self.set(vtable, gone());
    }

    /// Gives the object to another module, or to none.
    pub(crate) fn set(&self, vtable: &'static V, callback: *const c_void) {
        self.callback.store(callback, ordering::Relaxed);
        // INVARIANT: That of `callback`, or of this crate.
        self.vtable.store(ptr::from_ref(vtable), ordering::Relaxed);
    }
}

fn gone() -> *const c_void {
    (&raw const helpers::rust_helper_gone_callback).cast()
}
