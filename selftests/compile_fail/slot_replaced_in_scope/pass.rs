// SPDX-License-Identifier: GPL-2.0

//! The token is for queueing.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn replace(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let (idle, ()) = scope.call_on(&mut slot, cpu)?.wait(task);
        drop(idle.call_on(cpu)?);
        Ok(())
    })
}
