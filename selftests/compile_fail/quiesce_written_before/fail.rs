// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//! expect-text: no method named `as_mut`
//!
//! CPUs may be reading the old state.

use crosscall::{
    context::TaskContext,
    quiesce::{
        GracePeriod,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn reset(mut old: Quiescing<u32>, task: &TaskContext) {
    let _ = task;
    *old.as_mut() = 0;
}
