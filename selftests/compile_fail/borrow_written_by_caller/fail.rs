// SPDX-License-Identifier: GPL-2.0

//! expect: E0502
//!
//! The caller must not write to what a callback reads at the same time.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn write(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result<u32> {
    let mut slot = csd::Slot::new(|_| value + 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        value += 1;
        Ok(())
    })?;
    Ok(value)
}
