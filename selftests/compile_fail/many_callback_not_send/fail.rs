// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be sent between threads safely
//!
//! It is dropped by whoever has waited, or by the reaper.

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

pub fn call(callback: impl Fn(&IrqsOff) + Sync + 'static) -> Result {
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}
