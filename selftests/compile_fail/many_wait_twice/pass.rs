// SPDX-License-Identifier: GPL-2.0

//! A wait that gives up after a while gives the right to wait back.

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
    let Err(call) = call.try_wait() else { return };
    drop(call.wait(task));
}
