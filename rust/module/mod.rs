// SPDX-License-Identifier: GPL-2.0

//! What exists because `crosscall.ko` and its clients can be loaded and unloaded.

use kernel::prelude::*;

use crate::calls::deferred;

mod debugfs;
pub(crate) mod gate;
mod helpers;
pub(crate) mod origin;
pub(crate) mod reaping;
pub(crate) mod registry;
pub(crate) mod stats;
pub(crate) mod unload;

/// What exists while `crosscall.ko` is loaded. The files are dropped first: nobody may look at
/// calls while the module goes.
pub(crate) struct Crosscall {
    _files: debugfs::Files,
    _unload: unload::Guard,
    // The last: modules that go may have works.
    _deferred: deferred::Hook,
}

impl kernel::Module for Crosscall {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        // SAFETY: Once, and nobody else is there yet.
        let deferred = unsafe { deferred::Hook::new() };
        let unload = unload::Guard::new();
        // What is built into the kernel is there for others to use, whatever we return.
        assert!(cfg!(MODULE) || unload.is_ok(), "no guard of module unload");
        // The files last: one that is open would outlive an init that fails.
        Ok(Self {
            _deferred: deferred,
            _unload: unload?,
            _files: debugfs::Files::new(),
        })
    }
}
