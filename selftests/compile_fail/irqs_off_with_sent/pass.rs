// SPDX-License-Identifier: GPL-2.0

//! The callback has one of its own.

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
    let call = |_here: &IrqsOff| csd::call(task, cpu, |there| there.cpu());
    Ok(IrqsOff::with(call)?)
}
