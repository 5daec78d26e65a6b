// SPDX-License-Identifier: GPL-2.0

//! expect: E0505
//!
//! Who waits for all may take the results away.

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

pub fn first<C: Callback<Output = u32>>(mut call: InFlight<C>, task: &TaskContext) -> u32 {
    let Some((_, first)) = call.wait_any(task) else {
        return 0;
    };
    drop(call.wait(task));
    *first
}
