// SPDX-License-Identifier: GPL-2.0

//! expect: unused_must_use
//!
//! Who gives up the results should say so.

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

pub fn call(idle: Idle<impl Callback>) -> Result {
    idle.call_all()?;
    Ok(())
}
