// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! expect-text: cannot move out of `slot` because it is borrowed
//! A slot is taken apart by its only user.
//! pass: After the read-side section the slot has no other user.

include!("common/names.rs");

pub fn end(slot: Handler<u32>) -> (Quiesced<u32>, u32) {
    slot.read(|value| (slot.into_inner(), *value)) //[fail]
    let value = slot.read(|value| *value); //[pass]
    (slot.into_inner(), value) //[pass]
}
