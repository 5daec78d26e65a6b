// SPDX-License-Identifier: GPL-2.0

//! It is read before that.

use crosscall::quiesce::Handler;
use kernel::{
    prelude::*,
    sync::rcu, //
};

pub fn current(slot: &Handler<u32>) -> u32 {
    let section = rcu::read_lock();
    let handler = slot.read(&section);
    let value = *handler;
    drop(section);
    value
}
