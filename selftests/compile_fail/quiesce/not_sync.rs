// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! All CPUs see the same state.
//! pass: State that they may share.

include!("common/names.rs");

use core::{
    cell::Cell,
    sync::atomic::AtomicU32, //
};

pub fn slot(state: Quiesced<Cell<u32>>) -> Handler<Cell<u32>> { //[fail]
pub fn slot(state: Quiesced<AtomicU32>) -> Handler<AtomicU32> { //[pass]
    Handler::new(state)
}
