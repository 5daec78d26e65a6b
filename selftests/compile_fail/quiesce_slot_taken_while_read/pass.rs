// SPDX-License-Identifier: GPL-2.0

//! After the read-side section nobody else uses it.

use crosscall::quiesce::{
    Handler,
    Quiesced, //
};
use kernel::prelude::*;

pub fn end(slot: Handler<u32>) -> (Quiesced<u32>, u32) {
    let value = slot.read(|value| *value);
    (slot.into_inner(), value)
}
