// SPDX-License-Identifier: GPL-2.0

//! expect: E0373
//!
//! The call may outlive the frame that it is made in.

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
    drop(many::new(|_| number, GFP_KERNEL)?.call_all()?);
    Ok(())
}
