// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//! expect-text: borrowed data escapes outside of function
//!
//! A handler may be leaked, and outlive what it borrows.

use crosscall::quiesce::{
    Callback,
    Quiesced, //
};
use kernel::prelude::*;

pub fn handler(last: &core::sync::atomic::AtomicBool) -> Result<Quiesced<Callback<bool>>> {
    Callback::new(
        move |_cx, value: &bool| last.store(*value, core::sync::atomic::Ordering::Relaxed),
        GFP_KERNEL,
    )
}
