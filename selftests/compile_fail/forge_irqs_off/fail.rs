// SPDX-License-Identifier: GPL-2.0

//! expect: E0423
//!
//! Code that runs with interrupts on must not get the token which says that they are off: its
//! constructor is private.

use crosscall::context::IrqsOff;
use kernel::{
    cpu::CpuId,
    types::NotThreadSafe, //
};

pub fn cpu(cx: &IrqsOff) -> CpuId {
    IrqsOff(NotThreadSafe).cpu()
}
