// SPDX-License-Identifier: GPL-2.0

//! Waiting gives the right to call back.

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

pub fn twice(task: &TaskContext) -> Result {
    let idle = many::new(|cx| cx.cpu(), GFP_KERNEL)?;
    let idle = idle.call_all()?.wait(task).into_idle();
    drop(idle.call_all()?);
    Ok(())
}
