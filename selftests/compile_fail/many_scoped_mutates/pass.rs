// SPDX-License-Identifier: GPL-2.0

//! Atomic operations may.

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

pub fn count(task: &TaskContext) -> Result {
    let sum = Atomic::<u32>::new(0);
    many::call_all(task, |_| _ = sum.fetch_add(1, Relaxed))?;
    Ok(())
}
