// SPDX-License-Identifier: GPL-2.0

//! One that has been asked is as good as the other.

use crosscall::context::{
    IrqsOff,
    ThreadedOnRt, //
};

fn touch(_cx: &IrqsOff) {}

pub fn from_threaded(cx: &ThreadedOnRt) {
    cx.irqs_off().map(touch);
}
