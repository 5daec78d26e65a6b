// SPDX-License-Identifier: GPL-2.0

//! This one may.

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

pub fn ask(task: &TaskContext) -> Result {
    many::call_all(task, |_| 0)?;
    Ok(())
}
