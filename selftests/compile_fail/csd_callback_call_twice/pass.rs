// SPDX-License-Identifier: GPL-2.0

//! Waiting gives it back.

use core::cell::Cell;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        Callback,
        IdleCallback, //
    }, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn twice(task: &TaskContext, cpu: CpuId, idle: IdleCallback<u32, u32>) -> Result {
    let (idle, _) = idle.call_on_with(cpu, 1)?.wait(task);
    drop(idle.call_on_with(cpu, 2)?.wait(task));
    Ok(())
}
