// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! It runs on several CPUs at once: what they share must be `Sync`.

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

pub fn call(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result {
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}
