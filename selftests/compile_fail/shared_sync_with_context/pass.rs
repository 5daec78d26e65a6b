// SPDX-License-Identifier: GPL-2.0

//! It is one to send interrupts.

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
    let _call = shared::serial(
        move |cx| assert!(other.fire(cx.cpu(), cx).is_ok()),
        GFP_KERNEL,
    )?;
    Ok(())
}
