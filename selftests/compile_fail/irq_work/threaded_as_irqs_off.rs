// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! Where interrupts may be off, they may be on: the token of such a context
//! must be asked.
//! pass: One that has been asked is as good as the other.

include!("common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn from_threaded(cx: &ThreadedOnRt) {
    touch(cx); //[fail]
    cx.irqs_off().map(touch); //[pass]
}
