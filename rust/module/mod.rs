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

/// What exists while `crosscall.ko` is loaded. The files are dropped first: no reader may walk the
/// calls while the module goes.
pub(crate) struct Crosscall {
    _files: debugfs::Files,
    _unload: unload::Guard,
    // Dropped last: modules that go may have works.
    _deferred: deferred::Hook,
}

impl kernel::Module for Crosscall {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        // SAFETY: Called once, before anything else of the module runs.
        let deferred = unsafe { deferred::Hook::new() };
        let unload = unload::Guard::new();
        // Other code can use what is built into the kernel, whatever this returns.
        assert!(cfg!(MODULE) || unload.is_ok(), "no guard of module unload");
        // The files last: one that is open would outlive an init that fails.
        Ok(Self {
            _deferred: deferred,
            _unload: unload?,
            _files: debugfs::Files::new(),
        })
    }
}
