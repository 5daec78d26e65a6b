// SPDX-License-Identifier: GPL-2.0

//! What is `Send` may be a result.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn address(task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| core::ptr::null::<u32>().addr())?;
    Ok(())
}
