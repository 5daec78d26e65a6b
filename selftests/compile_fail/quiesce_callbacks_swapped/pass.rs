// SPDX-License-Identifier: GPL-2.0

//! The tokens have both.

use core::mem::swap;
use crosscall::quiesce::{
    Callback,
    Quiesced, //
};
use kernel::prelude::*;

pub fn exchange(a: &mut Quiesced<Callback<()>>, b: &mut Quiesced<Callback<()>>) {
    swap(a, b);
}
