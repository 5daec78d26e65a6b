// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The reaper drops a state as the type that it was made of. It must not be
//! taken for another type, not even a supertype, which may be dropped
//! otherwise.
//! pass: As it is.

include!("common/names.rs");

use core::marker::PhantomData;

pub struct State<F>(PhantomData<F>);

pub type Sub = State<for<'a> fn(&'a u8)>;
pub type Super = State<fn(&'static u8)>;

pub fn cast(state: Quiesced<Sub>) -> Quiesced<Super> { //[fail]
pub fn cast(state: Quiesced<Sub>) -> Quiesced<Sub> { //[pass]
    state
}
