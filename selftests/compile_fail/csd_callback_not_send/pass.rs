// SPDX-License-Identifier: GPL-2.0

//! This one may.

use core::cell::Cell;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        Callback,
        IdleCallback, //
    }, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn make(cell: Cell<u32>) -> Result {
    drop(Callback::new(0, move |_, n| cell.set(*n), GFP_KERNEL)?);
    Ok(())
}
