// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! A token that was moved out of the context would outlive the callback.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        Context,
        Hard, //
    },
};
use kernel::cpu::CpuId;

pub fn take(cx: &Context<Hard>) -> CpuId {
    let token: IrqsOff = **cx;
    token.cpu()
}
