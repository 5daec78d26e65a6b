// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! expect-text: borrowed data escapes outside of function
//! A handler may be leaked, and outlive what it borrows.
//! pass: It owns what it uses.

include!("common/names.rs");

use core::sync::atomic::{
    AtomicBool,
    Ordering::Relaxed, //
};

pub fn handler(last: &AtomicBool) -> Result<Quiesced<Callback<bool>>> { //[fail]
pub fn handler(last: &'static AtomicBool) -> Result<Quiesced<Callback<bool>>> { //[pass]
    Callback::new(
        move |_cx, value: &bool| last.store(*value, Relaxed),
        GFP_KERNEL,
    )
}
