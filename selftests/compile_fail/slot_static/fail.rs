// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A slot that all can reach could be queued by all.

use crosscall::{
    context::IrqsOff,
    csd::Slot, //
};

pub static SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ());
