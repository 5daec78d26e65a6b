// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `as_mut`
//! CPUs may be reading the old state.
//! pass: After the grace period none is.

include!("common/names.rs");

pub fn reset(mut old: Quiescing<u32>, task: &TaskContext) { //[fail]
    let _ = task; //[fail]
pub fn reset(old: Quiescing<u32>, task: &TaskContext) { //[pass]
    let mut old = old.wait(GracePeriod::Normal, task); //[pass]
    *old.as_mut() = 0;
}
