// SPDX-License-Identifier: GPL-2.0

//! Waiting gives the right to queue back.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let (idle, ()) = idle.call_on(cpu)?.wait(task);
    let (_idle, ()) = idle.call_on(cpu)?.wait(task);
    Ok(())
}
