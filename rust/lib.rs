// SPDX-License-Identifier: GPL-2.0

//! Safe cross-CPU calls.
//!
//! This crate is `crosscall.ko` and a library in one: a client module writes `use crosscall::csd`
//! and links against the symbols that this module exports.
//!
//! Everything below `kernel/` is written to stand in `rust/kernel/` of the Linux tree as it is;
//! the other modules exist because this one can be loaded and unloaded.

use kernel::prelude::*;

// Kconfig says so too, but nobody asks it out of tree.
#[cfg(not(CONFIG_64BIT))]
compile_error!(
    "crosscall needs a 64-bit kernel: this one is configured without CONFIG_64BIT. Name the build \
     folder of one that has it: make KDIR=..."
);

#[path = "kernel"]
mod upstream {
    pub(crate) mod clock;
    pub mod context;
    pub mod csd;
    mod debug;
    pub mod deferred;
    pub(crate) mod gate;
    pub(crate) mod grace_period;
    pub(crate) mod helpers;
    pub mod irq_work;
    pub(crate) mod lock_class;
    pub mod many;
    pub(crate) mod nmi;
    pub(crate) mod origin;
    pub(crate) mod owner;
    pub(crate) mod poll;
    pub mod quiesce;
    pub(crate) mod reaping;
    pub(crate) mod registry;
    pub mod shared;
    pub(crate) mod stall;
    pub(crate) mod stats;
}

mod debugfs;
mod unload;

pub(crate) use upstream::{
    clock,
    gate,
    grace_period,
    helpers,
    lock_class,
    nmi,
    origin,
    owner,
    poll,
    reaping,
    registry,
    stall,
    stats, //
};
pub use upstream::{
    context,
    csd,
    deferred,
    irq_work,
    many,
    quiesce,
    shared, //
};

module! {
    type: Crosscall,
    name: "crosscall",
    authors: ["crosscall developers"],
    description: "Safe cross-CPU calls for Rust modules",
    license: "GPL v2",
}

/// What exists while `crosscall.ko` is loaded. The files are dropped first: nobody may look at
/// calls while the module goes.
struct Crosscall {
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
