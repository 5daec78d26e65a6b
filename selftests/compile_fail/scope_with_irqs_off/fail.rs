// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A scope ends with a wait: a callback cannot open one.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};

pub fn open(cx: &IrqsOff) {
    csd::scope(cx, |_| ())
}
