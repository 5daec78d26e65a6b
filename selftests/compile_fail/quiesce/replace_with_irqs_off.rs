// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! expect-text: expected `&TaskContext`, found `&IrqsOff`
//! A callback cannot wait for a grace period: it may be what that waits for.
//! pass: It can replace the handler, and leave the wait to others.

include!("common/names.rs");

pub fn interrupt(slot: &Handler<u32>, new: Quiesced<u32>, cx: &IrqsOff) {
    drop(slot.replace(new, GracePeriod::Normal, cx)); //[fail]
    drop(slot.replace_async(new, cx)); //[pass]
}
