// SPDX-License-Identifier: GPL-2.0

//! It owns what it uses.

use crosscall::quiesce::{
    Callback,
    Quiesced, //
};
use kernel::prelude::*;

pub fn handler(last: &'static core::sync::atomic::AtomicBool) -> Result<Quiesced<Callback<bool>>> {
    Callback::new(
        move |_cx, value: &bool| last.store(*value, core::sync::atomic::Ordering::Relaxed),
        GFP_KERNEL,
    )
}
