// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! expect-text: expected `Quiesced<u32>`, found `Quiescing<u32>`
//! A handler that CPUs may still be running is not installed again.
//! pass: Once none does it may be.

include!("common/names.rs");

pub fn restore(slot: &Handler<u32>, old: Quiescing<u32>, task: &TaskContext) {
    let old = old.wait(GracePeriod::Normal, task); //[pass]
    drop(slot.replace(old, GracePeriod::Normal, task));
}
