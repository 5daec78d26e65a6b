// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be sent between threads safely
//!
//! A result comes from another CPU.

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
    drop(many::new(|_| core::ptr::null_mut::<u32>(), GFP_KERNEL)?);
    Ok(())
}
