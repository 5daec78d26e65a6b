// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! expect-text: `cx` escapes the method body here
//! The context ends with the callback.
//! pass: It can be handed down.

include!("common/names.rs");

pub struct Escape;

impl Escape {
    fn keep(_: &'static IrqsOff) {} //[fail]
    fn keep(_: &IrqsOff) {} //[pass]
}

impl Deferred for Escape {
    fn run(&self, cx: &IrqsOff) {
        Self::keep(cx);
    }
}
