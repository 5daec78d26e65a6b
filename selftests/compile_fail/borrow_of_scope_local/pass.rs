// SPDX-License-Identifier: GPL-2.0

//! A variable from before the scope outlives it.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0);
    let mut room = None;
    csd::scope(task, |scope| {
        let slot = room.insert(csd::Slot::new(|_| count.add(1, ordering::Relaxed)));
        drop(scope.call_on(slot, cpu)?);
        Ok(())
    })
}
