// SPDX-License-Identifier: GPL-2.0

//! Any other context will do.

use crosscall::{
    context::IrqsOff,
    quiesce::{
        Handler,
        Quiesced,
        Quiescing, //
    },
};
use kernel::prelude::*;

pub fn swap(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) -> Quiescing<u32> {
    slot.replace_async(new, cx)
}
