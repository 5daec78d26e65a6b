// SPDX-License-Identifier: GPL-2.0

//! They have written them.

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
    call.wait(task)
        .iter()
        .filter_map(|(_, result)| result.ok())
        .sum()
}
