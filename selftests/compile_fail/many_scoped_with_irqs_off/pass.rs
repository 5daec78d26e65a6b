// SPDX-License-Identifier: GPL-2.0

//! This has it.

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

pub fn ask(cx: &TaskContext) -> Result {
    many::call_all(cx, |_| ())?;
    Ok(())
}
