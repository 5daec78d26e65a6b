// SPDX-License-Identifier: GPL-2.0

//! expect: E0594
//!
//! Several CPUs run it at once: it cannot write to what they share.

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

pub fn count() -> Result {
    let mut runs = 0u32;
    drop(many::new(move |_| runs += 1, GFP_KERNEL)?);
    Ok(())
}
