// SPDX-License-Identifier: GPL-2.0

//! A task may make it.

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

pub fn ask(cx: &TaskContext, cpu: CpuId) -> Result<CpuId> {
    Ok(csd::call(cx, cpu, |cx| cx.cpu())?)
}
