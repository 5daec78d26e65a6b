// SPDX-License-Identifier: GPL-2.0

//! It may fire another call.

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
    let _call = shared::serial(move |_| assert!(other.fire_here().is_ok()), GFP_KERNEL)?;
    Ok(())
}
