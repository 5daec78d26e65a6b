// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! Calling again before the call has ended would corrupt the lists of its CPUs.

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
    let _in_flight = idle.call_all()?;
    drop(idle.call_all()?);
    Ok(())
}
