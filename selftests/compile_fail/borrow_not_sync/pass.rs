// SPDX-License-Identifier: GPL-2.0

//! An atomic can be shared.

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
    let shared = Atomic::new(0);
    csd::call(task, cpu, |_| _ = &shared)?;
    Ok(())
}
