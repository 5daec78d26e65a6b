// SPDX-License-Identifier: GPL-2.0

//! A call that was queued ends.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        Idle, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn run<P: CsdPointer>(idle: Idle<P>, task: &TaskContext, cpu: CpuId) -> Result {
    drop(idle.call_on(cpu)?.wait(task));
    Ok(())
}
