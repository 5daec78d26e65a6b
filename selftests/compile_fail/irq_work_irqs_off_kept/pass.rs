// SPDX-License-Identifier: GPL-2.0

//! Who asks gets no more than that.

use crosscall::context::{
    IrqsOff,
    ThreadedOnRt, //
};

pub fn keep(cx: &ThreadedOnRt) -> Option<&IrqsOff> {
    cx.irqs_off()
}
