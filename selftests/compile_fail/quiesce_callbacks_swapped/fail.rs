// SPDX-License-Identifier: GPL-2.0

//! expect: E0596
//! expect-text: cannot borrow data in dereference of
//!
//! A callback belongs to the closure behind it.

use core::mem::swap;
use crosscall::quiesce::{
    Callback,
    Quiesced, //
};
use kernel::prelude::*;

pub fn exchange(a: &mut Quiesced<Callback<()>>, b: &mut Quiesced<Callback<()>>) {
    swap(&mut *a.as_mut(), &mut *b.as_mut());
}
