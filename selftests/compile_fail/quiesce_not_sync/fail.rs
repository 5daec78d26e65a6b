// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! All CPUs see the same state.

use core::{
    cell::Cell,
    sync::atomic::AtomicU32, //
};
use crosscall::quiesce::{
    Handler,
    Quiesced, //
};
use kernel::prelude::*;

pub fn slot(state: Quiesced<Cell<u32>>) -> Handler<Cell<u32>> {
    Handler::new(state)
}
