// SPDX-License-Identifier: GPL-2.0

//! expect: E0505
//! expect-text: cannot move out of `section` because it is borrowed
//!
//! The handler is there until the end of the read-side section.

use crosscall::quiesce::Handler;
use kernel::{
    prelude::*,
    sync::rcu, //
};

pub fn current(slot: &Handler<u32>) -> u32 {
    let section = rcu::read_lock();
    let handler = slot.read(&section);
    drop(section);
    let value = *handler;
    value
}
