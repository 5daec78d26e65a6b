// SPDX-License-Identifier: GPL-2.0

//! Each callback has its own.

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

pub fn send(cx: &IrqsOff, task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |cx| cx.cpu())?;
    Ok(())
}
