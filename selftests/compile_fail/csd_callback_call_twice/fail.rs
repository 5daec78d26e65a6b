// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! A call whose argument is given at queueing consumes the right to queue too.

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
    let _in_flight = idle.call_on_with(cpu, 1)?;
    drop(idle.call_on_with(cpu, 2)?.wait(task));
    Ok(())
}
