// SPDX-License-Identifier: GPL-2.0

//! Afterwards it is the caller's.

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

pub fn look(task: &TaskContext, cpu: CpuId, mut idle: IdleCallback<u32, u32>) -> Result<u32> {
    (idle, _) = idle.call_on_with(cpu, 1)?.wait(task);
    Ok(*idle.argument())
}
