// SPDX-License-Identifier: GPL-2.0

//! expect: E0614
//! expect-text: type `Quiescing<u32>` cannot be dereferenced
//!
//! Nor is it read: who reads it may write to it next.

use crosscall::{
    context::TaskContext,
    quiesce::{
        GracePeriod,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn value(old: Quiescing<u32>, task: &TaskContext) -> u32 {
    let _ = task;
    *old
}
