// SPDX-License-Identifier: GPL-2.0

//! It can replace the handler, and leave the wait to others.

use crosscall::{
    context::IrqsOff,
    quiesce::{
        GracePeriod,
        Handler,
        Quiesced, //
    },
};
use kernel::prelude::*;

pub fn interrupt(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    drop(slot.replace_async(new, cx));
}
