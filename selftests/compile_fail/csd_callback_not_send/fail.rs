// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! The closure runs on another CPU, also where its type is erased.

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

pub fn make(cell: &'static Cell<u32>) -> Result {
    drop(Callback::new(0, |_, n| cell.set(*n), GFP_KERNEL)?);
    Ok(())
}
