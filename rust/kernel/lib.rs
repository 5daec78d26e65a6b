// SPDX-License-Identifier: GPL-2.0

//! Safe cross-CPU calls.
//!
//! This crate is `crosscall.ko` and a library in one: a client module writes `use crosscall::csd`
//! and links against the symbols that this module exports.
//!
//! It has three storeys, and imports go down only:
//!
//! | folder         | path              | what stands there                                       |
//! |----------------|-------------------|---------------------------------------------------------|
//! | `rust/module/` | `crate::module`   | what a loadable module needs: unload, registry, debugfs |
//! | `rust/calls/`  | `crate::calls`    | policy: many CPUs, shared, deferred and quiesced calls  |
//! | `rust/kernel/` | `crate`           | the core: csd, irq_work, and the context tokens         |
//!
//! In a kernel tree the core stands in `rust/kernel/` as it is; the `mod` lines below join those of
//! the `lib.rs` there.

use kernel::prelude::*;

// Kconfig says so too, but an out-of-tree build does not evaluate it.
#[cfg(not(CONFIG_64BIT))]
compile_error!(
    "crosscall needs a 64-bit kernel: this one is configured without CONFIG_64BIT. Name the build \
     folder of one that has it: make KDIR=..."
);

pub(crate) mod allocation;
pub(crate) mod call;
pub(crate) mod clock;
pub mod context;
pub(crate) mod cpus;
pub mod csd;
mod debug;
pub(crate) mod grace_period;
pub(crate) mod helpers;
pub mod irq_work;
pub(crate) mod jiffies;
pub(crate) mod limit;
pub(crate) mod lock_class;
pub(crate) mod nmi;
pub(crate) mod owner;
pub(crate) mod poll;
pub(crate) mod reaper;
pub(crate) mod stall;

// In a kernel tree: `host.rs`, beside this file.
#[path = "../module/host.rs"]
pub(crate) mod host;

#[path = "../calls/mod.rs"]
pub mod calls;

#[path = "../module/mod.rs"]
mod module;

use module::Crosscall;

module! {
    type: Crosscall,
    name: "crosscall",
    authors: ["crosscall developers"],
    description: "Safe cross-CPU calls for Rust modules",
    license: "GPL v2",
}
