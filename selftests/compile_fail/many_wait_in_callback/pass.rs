// SPDX-License-Identifier: GPL-2.0

//! It may look.

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

pub fn nest<C: Callback>(call: InFlight<C>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut call = Some(call);
    crosscall::csd::call(task, cpu, |_| {
        drop(call.take().map(|call| call.try_wait().ok()));
    })?;
    Ok(())
}
