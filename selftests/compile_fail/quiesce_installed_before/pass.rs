// SPDX-License-Identifier: GPL-2.0

//! Once none does it may be.

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
    let old = old.wait(GracePeriod::Normal, task);
    drop(slot.replace(old, GracePeriod::Normal, task));
}
