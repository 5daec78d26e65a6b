// SPDX-License-Identifier: GPL-2.0

//! It is.

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

pub fn call(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result {
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}
