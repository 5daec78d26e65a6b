// SPDX-License-Identifier: GPL-2.0

//! It owns what it uses.

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

pub fn call(number: u32) -> Result {
    drop(many::new(move |_| number, GFP_KERNEL)?.call_all()?);
    Ok(())
}
