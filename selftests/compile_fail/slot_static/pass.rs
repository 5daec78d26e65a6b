// SPDX-License-Identifier: GPL-2.0

//! A constant is a new slot wherever it is used.

use crosscall::{
    context::IrqsOff,
    csd::Slot, //
};

pub const SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ());
