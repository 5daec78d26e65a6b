// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be sent between threads safely
//!
//! The argument of a closure of any type travels to another CPU.

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

pub fn make() -> Result {
    let argument = core::ptr::null::<u8>();
    drop(Callback::new(argument, |_, _| (), GFP_KERNEL)?);
    Ok(())
}
