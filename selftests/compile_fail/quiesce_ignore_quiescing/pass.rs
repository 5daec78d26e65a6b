// SPDX-License-Identifier: GPL-2.0

//! Dropping it is a decision.

use crosscall::quiesce::{
    Handler,
    Quiesced, //
};
use kernel::prelude::*;

pub fn replace(slot: &Handler<u32>, new: Quiesced<u32>) {
    drop(slot.replace_async(new));
}
