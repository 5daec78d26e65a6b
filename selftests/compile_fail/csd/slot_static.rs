// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A slot that all can reach could be queued by all.
//! pass: A constant is a new slot wherever it is used.

include!("common/names.rs");

pub static SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ()); //[fail]
pub const SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ()); //[pass]
