// SPDX-License-Identifier: GPL-2.0

//! What is read there may leave.

use crosscall::{
    context::IrqsOff,
    quiesce::Handler, //
};
use kernel::prelude::*;

pub fn current(slot: &Handler<u32>, cx: &IrqsOff) -> u32 {
    slot.with(cx, |handler| *handler)
}
