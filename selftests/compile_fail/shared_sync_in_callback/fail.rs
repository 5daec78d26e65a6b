// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//!
//! A callback cannot capture the right to sleep.

use crosscall::{
    context::TaskContext,
    shared::{
        self,
        Call,
        Callback,
        Serial, //
    },
};
use kernel::prelude::*;

pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>, task: TaskContext) -> Result {
    let _call = shared::serial(move |_| other.sync(&task), GFP_KERNEL)?;
    Ok(())
}
