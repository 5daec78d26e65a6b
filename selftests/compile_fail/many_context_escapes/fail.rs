// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//!
//! That interrupts are off holds in the callback alone.

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
    drop(many::new(|cx: &IrqsOff| cx, GFP_KERNEL)?);
    Ok(())
}
