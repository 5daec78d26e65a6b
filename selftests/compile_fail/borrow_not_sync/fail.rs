// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//!
//! A callback that shares a `Cell` with its caller races with it.

use core::cell::Cell;
use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::Atomic, //
};

pub fn share(task: &TaskContext, cpu: CpuId) -> Result {
    let shared = Cell::new(0);
    csd::call(task, cpu, |_| _ = &shared)?;
    Ok(())
}
