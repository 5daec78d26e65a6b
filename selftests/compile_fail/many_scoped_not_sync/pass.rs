// SPDX-License-Identifier: GPL-2.0

//! It is.

use core::cell::Cell;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    many, //
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    }, //
};

pub fn count(task: &TaskContext) -> Result<u32> {
    let sum = Atomic::<u32>::new(0);
    many::call_all(task, |_| sum.store(1, Relaxed))?;
    Ok(sum.load(Relaxed))
}
