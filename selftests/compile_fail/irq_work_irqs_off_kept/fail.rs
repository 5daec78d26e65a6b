// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! That interrupts are off holds until the callback ends.

use crosscall::context::{
    IrqsOff,
    ThreadedOnRt, //
};

pub fn keep(cx: &ThreadedOnRt) -> Option<&'static IrqsOff> {
    cx.irqs_off()
}
