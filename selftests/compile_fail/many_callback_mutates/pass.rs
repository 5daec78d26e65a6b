// SPDX-License-Identifier: GPL-2.0

//! Each CPU has a result of its own.

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
    drop(many::new(move |_| runs + 1, GFP_KERNEL)?);
    Ok(())
}
