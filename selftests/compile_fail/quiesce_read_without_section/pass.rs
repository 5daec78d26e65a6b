// SPDX-License-Identifier: GPL-2.0

//! One that they do know of.

use crosscall::quiesce::Handler;
use kernel::{
    prelude::*,
    sync::rcu, //
};

pub fn current(slot: &Handler<u32>) -> u32 {
    let section = rcu::read_lock();
    *slot.read(&section)
}
