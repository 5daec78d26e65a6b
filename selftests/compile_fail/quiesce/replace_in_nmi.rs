// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `InNmi` is not a context in which an IPI may be sent
//! To start a grace period takes locks that the NMI may have hit.
//! pass: Any other context will do.

include!("common/names.rs");

pub fn swap(slot: &Handler<u32>, new: Quiesced<u32>, cx: &InNmi) -> Quiescing<u32> { //[fail]
pub fn swap(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) -> Quiescing<u32> { //[pass]
    slot.replace_async(new, cx)
}
