// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! A scoped call runs on several CPUs at once: what they share must be `Sync`.

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
    let sum = Cell::new(0);
    many::call_all(task, |_| sum.set(1))?;
    Ok(sum.into_inner())
}
