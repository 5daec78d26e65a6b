// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! Another CPU has its own interrupts: the token stays on this one.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn send(task: &TaskContext, cpu: CpuId) -> Result<CpuId> {
    let call = |here: &IrqsOff| csd::call(task, cpu, |_there| here.cpu());
    Ok(IrqsOff::with(call)?)
}
