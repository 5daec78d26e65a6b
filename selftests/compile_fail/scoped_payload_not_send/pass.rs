// SPDX-License-Identifier: GPL-2.0

//! A mutable borrow of what is `Send` is `Send`.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: &'static u32) -> Result {
    csd::call(task, cpu, |_| _ = &mut pointer)?;
    Ok(())
}
