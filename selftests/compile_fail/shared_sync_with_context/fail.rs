// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! The callback's context is no right to sleep.

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

pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>) -> Result {
    let _call = shared::serial(move |cx| other.sync(cx), GFP_KERNEL)?;
    Ok(())
}
