// SPDX-License-Identifier: GPL-2.0

//! Dropping it is a decision.

use crosscall::{
    context::IrqsOff,
    quiesce::{
        Handler,
        Quiesced, //
    },
};
use kernel::prelude::*;

pub fn replace(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    drop(slot.replace_async(new, cx));
}
