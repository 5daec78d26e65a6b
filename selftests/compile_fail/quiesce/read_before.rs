// SPDX-License-Identifier: GPL-2.0
//! expect: E0614
//! expect-text: type `Quiescing<u32>` cannot be dereferenced
//! The old handler cannot be read before the grace period either: its next
//! owner may write to it.
//! pass: After the grace period it is the owner's.

include!("common/names.rs");

pub fn value(old: Quiescing<u32>, task: &TaskContext) -> u32 {
    let _ = task; //[fail]
    let old = old.wait(GracePeriod::Normal, task); //[pass]
    *old
}
