// SPDX-License-Identifier: GPL-2.0

//! When nobody reads it.

use crosscall::quiesce::{
    Handler,
    Quiesced, //
};
use kernel::{
    prelude::*,
    sync::rcu, //
};

pub fn end(slot: Handler<u32>) -> (Quiesced<u32>, u32) {
    let section = rcu::read_lock();
    let value = *slot.read(&section);
    let inner = slot.into_inner();
    (inner, value)
}
