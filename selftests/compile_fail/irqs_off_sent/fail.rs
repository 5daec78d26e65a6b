// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//!
//! The token which says that interrupts are off here must not reach another CPU.

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
    csd::call(task, cpu, |_| cx.cpu())?;
    Ok(())
}
