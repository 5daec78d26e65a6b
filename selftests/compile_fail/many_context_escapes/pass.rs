// SPDX-License-Identifier: GPL-2.0

//! Which CPU it was holds for ever.

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

pub fn ask() -> Result {
    drop(many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?);
    Ok(())
}
