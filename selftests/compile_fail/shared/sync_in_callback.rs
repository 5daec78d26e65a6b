// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//! A callback cannot capture the right to sleep.
//! pass: It may fire another call.

include!("common/names.rs");

pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>, task: TaskContext) -> Result {
    let _call = shared::serial(move |_| other.sync(&task), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| assert!(other.fire_here().is_ok()), GFP_KERNEL)?; //[pass]
    Ok(())
}
