// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! Where interrupts may be off, they may be on: the token of such a context must be asked.

use crosscall::context::{
    IrqsOff,
    ThreadedOnRt, //
};

fn touch(_cx: &IrqsOff) {}

pub fn from_threaded(cx: &ThreadedOnRt) {
    touch(cx);
}
