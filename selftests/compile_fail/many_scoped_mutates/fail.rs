// SPDX-License-Identifier: GPL-2.0

//! expect: E0594
//!
//! CPUs share what a scoped call borrows: none may write to it.

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
    let mut sum = 0;
    many::call_all(task, |_| sum += 1)?;
    Ok(())
}
