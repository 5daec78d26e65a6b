// SPDX-License-Identifier: GPL-2.0

//! What it says may be returned.

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
    many::call_all(task, |cx: &IrqsOff| cx.cpu())?;
    Ok(())
}
