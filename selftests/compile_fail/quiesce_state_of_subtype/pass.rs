// SPDX-License-Identifier: GPL-2.0

//! As it is.

use core::marker::PhantomData;
use crosscall::quiesce::Quiesced;
use kernel::prelude::*;

pub struct State<F>(PhantomData<F>);

pub type Sub = State<for<'a> fn(&'a u8)>;
pub type Super = State<fn(&'static u8)>;

pub fn cast(state: Quiesced<Sub>) -> Quiesced<Sub> {
    state
}
