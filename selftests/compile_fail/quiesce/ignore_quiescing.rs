// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: unused `Quiescing` that must be used
//! What was replaced should not go unnoticed.
//! pass: Dropping it is a decision.

include!("common/names.rs");

pub fn replace(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    slot.replace_async(new, cx); //[fail]
    drop(slot.replace_async(new, cx)); //[pass]
}
