// SPDX-License-Identifier: GPL-2.0

//! It says so.

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
    drop(idle.call_all()?);
    Ok(())
}
