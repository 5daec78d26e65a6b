// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! CPUs have yet to write their results.
//! pass: They have written them.

include!("common/names.rs");

pub fn sum<C: Callback<Output = u32>>(call: InFlight<C>, task: &TaskContext) -> u32 {
    call.iter().filter_map(|(_, result)| result.ok()).sum() //[fail]
    call.wait(task) //[pass]
        .iter() //[pass]
        .filter_map(|(_, result)| result.ok()) //[pass]
        .sum() //[pass]
}
