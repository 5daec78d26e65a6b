// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! CPUs have yet to write their results.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    many::{
        self,
        Callback,
        Done,
        Idle,
        InFlight, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn sum<C: Callback<Output = u32>>(call: InFlight<C>, task: &TaskContext) -> u32 {
    call.iter().filter_map(|(_, result)| result.ok()).sum()
}
