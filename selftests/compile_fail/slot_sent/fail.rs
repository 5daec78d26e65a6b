// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A slot that went into a callback could be queued by two CPUs.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::call(task, cpu, |_| slot.take_output())?;
    Ok(())
}
