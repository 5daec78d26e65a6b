// SPDX-License-Identifier: GPL-2.0

//! A number may.

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
    drop(many::new(
        |_| core::ptr::null_mut::<u32>() as usize,
        GFP_KERNEL,
    )?);
    Ok(())
}
