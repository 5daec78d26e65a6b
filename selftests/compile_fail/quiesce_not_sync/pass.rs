// SPDX-License-Identifier: GPL-2.0

//! State that they may share.

use core::{
    cell::Cell,
    sync::atomic::AtomicU32, //
};
use crosscall::quiesce::{
    Handler,
    Quiesced, //
};
use kernel::prelude::*;

pub fn slot(state: Quiesced<AtomicU32>) -> Handler<AtomicU32> {
    Handler::new(state)
}
