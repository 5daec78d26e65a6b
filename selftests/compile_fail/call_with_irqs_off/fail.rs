// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A call that waits for its own end, made by a callback, would sleep with interrupts off.

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

pub fn ask(cx: &IrqsOff, cpu: CpuId) -> Result<CpuId> {
    Ok(csd::call(cx, cpu, |cx| cx.cpu())?)
}
