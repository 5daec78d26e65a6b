// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The callback's context is no right to sleep.
//! pass: It is one to send interrupts.

include!("common/names.rs");

pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>) -> Result {
    let _call = shared::serial(move |cx| other.sync(cx), GFP_KERNEL)?; //[fail]
    let _call = shared::serial( //[pass]
        move |cx| assert!(other.fire(cx.cpu(), cx).is_ok()), //[pass]
        GFP_KERNEL, //[pass]
    )?; //[pass]
    Ok(())
}
