// SPDX-License-Identifier: GPL-2.0

//! After the grace period none is.

use crosscall::{
    context::TaskContext,
    quiesce::{
        GracePeriod,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn reset(old: Quiescing<u32>, task: &TaskContext) {
    let mut old = old.wait(GracePeriod::Normal, task);
    *old.as_mut() = 0;
}
