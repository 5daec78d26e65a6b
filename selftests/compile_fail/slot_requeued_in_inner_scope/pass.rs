// SPDX-License-Identifier: GPL-2.0

//! Its own scope waits, wherever the call is queued again.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |outer| {
        let (idle, ()) = outer.call_on(&mut slot, cpu)?.wait(task);
        csd::scope(task, |_inner| {
            drop(idle.call_on(cpu)?);
            Ok(())
        })
    })
}
