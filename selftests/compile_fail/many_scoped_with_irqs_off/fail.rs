// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A scoped call waits, which takes the right to sleep.

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

pub fn ask(cx: &IrqsOff) -> Result {
    many::call_all(cx, |_| ())?;
    Ok(())
}
