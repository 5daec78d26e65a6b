// SPDX-License-Identifier: GPL-2.0

//! It can be handed down.

use crosscall::{
    context::IrqsOff,
    deferred::Deferred, //
};

pub struct Escape;

impl Escape {
    fn keep(_: &IrqsOff) {}
}

impl Deferred for Escape {
    fn run(&self, cx: &IrqsOff) {
        Self::keep(cx);
    }
}
