// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//! expect-text: expected `Quiesced<u32>`, found `Quiescing<u32>`
//!
//! A handler that CPUs may still be running is not installed again.

use crosscall::{
    context::TaskContext,
    quiesce::{
        GracePeriod,
        Handler,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn restore(slot: &Handler<u32>, old: Quiescing<u32>, task: &TaskContext) {
    drop(slot.replace(old, GracePeriod::Normal, task));
}
