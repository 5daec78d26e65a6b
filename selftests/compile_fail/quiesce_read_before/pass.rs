// SPDX-License-Identifier: GPL-2.0

//! After the grace period it is the owner's.

use crosscall::{
    context::TaskContext,
    quiesce::{
        GracePeriod,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn value(old: Quiescing<u32>, task: &TaskContext) -> u32 {
    let old = old.wait(GracePeriod::Normal, task);
    *old
}
