// SPDX-License-Identifier: GPL-2.0

//! It stays with the task that made it.

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
    csd::call(task, cpu, |_| Some(()))?;
    let _ = slot.take_output();
    Ok(())
}
