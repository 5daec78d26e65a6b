// SPDX-License-Identifier: GPL-2.0

//! A callback gets one.

use crosscall::context::IrqsOff;
use kernel::{
    cpu::CpuId,
    types::NotThreadSafe, //
};

pub fn cpu(cx: &IrqsOff) -> CpuId {
    cx.cpu()
}
