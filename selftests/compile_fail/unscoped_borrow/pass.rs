// SPDX-License-Identifier: GPL-2.0

//! In a scope it may borrow.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &_| shared.add(1, ordering::Relaxed);
    csd::call(task, cpu, add)?;
    Ok(())
}
