// SPDX-License-Identifier: GPL-2.0

//! expect: E0061
//! expect-text: argument #1 of type `&kernel::sync::rcu::Guard` is missing
//!
//! A reader that RCU, and lockdep, do not know of.

use crosscall::quiesce::Handler;
use kernel::{
    prelude::*,
    sync::rcu, //
};

pub fn current(slot: &Handler<u32>) -> u32 {
    let section = rcu::read_lock();
    *slot.read()
}
