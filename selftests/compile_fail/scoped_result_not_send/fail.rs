// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! The result of a scoped call, too, is made on one CPU and used on another.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn address(task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| core::ptr::null::<u32>())?;
    Ok(())
}
