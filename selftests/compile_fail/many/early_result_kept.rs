// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! The wait for all CPUs may take the results away.
//! pass: An early result may be read until then.

include!("common/names.rs");

pub fn first<C: Callback<Output = u32>>(mut call: InFlight<C>, task: &TaskContext) -> u32 {
    let Some((_, first)) = call.wait_any(task) else { //[fail]
    let Some((_, &first)) = call.wait_any(task) else { //[pass]
        return 0;
    };
    drop(call.wait(task));
    *first //[fail]
    first //[pass]
}
