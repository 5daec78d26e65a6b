// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A borrow does not make a value fit for another CPU: here the callback would use a pointer that
//! belongs to the caller's thread.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: *mut u32) -> Result {
    csd::call(task, cpu, |_| _ = &mut pointer)?;
    Ok(())
}
