// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//! expect-text: `cx` escapes the method body here
//!
//! The context ends with the callback.

use crosscall::{
    context::IrqsOff,
    deferred::Deferred, //
};

pub struct Escape;

impl Escape {
    fn keep(_: &'static IrqsOff) {}
}

impl Deferred for Escape {
    fn run(&self, cx: &IrqsOff) {
        Self::keep(cx);
    }
}
