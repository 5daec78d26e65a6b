// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! While a call is in flight its argument is the callback's.

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
    let _in_flight = idle.call_on_with(cpu, 1)?;
    Ok(*idle.argument())
}
