// SPDX-License-Identifier: GPL-2.0

//! A task can.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};

pub fn open(cx: &TaskContext) {
    csd::scope(cx, |_| ())
}
