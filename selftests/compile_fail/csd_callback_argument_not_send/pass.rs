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

pub fn make() -> Result {
    let argument = 0;
    drop(Callback::new(argument, |_, _| (), GFP_KERNEL)?);
    Ok(())
}
