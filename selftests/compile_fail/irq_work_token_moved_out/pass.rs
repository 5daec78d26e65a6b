// SPDX-License-Identifier: GPL-2.0

//! It may be borrowed.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        Context,
        Hard, //
    },
};
use kernel::cpu::CpuId;

pub fn take(cx: &Context<Hard>) -> CpuId {
    let token: &IrqsOff = &**cx;
    token.cpu()
}
