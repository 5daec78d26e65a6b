// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! Who has waited has the results; there is nothing to wait for any more.

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

pub fn twice<C: Callback>(call: InFlight<C>, task: &TaskContext) {
    drop(call.wait(task));
    drop(call.wait(task));
}
