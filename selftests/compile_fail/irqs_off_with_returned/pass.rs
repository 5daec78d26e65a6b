// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

use crosscall::context::IrqsOff;
use kernel::cpu::CpuId;

pub fn keep() -> CpuId {
    IrqsOff::with(|cx| cx.cpu())
}
