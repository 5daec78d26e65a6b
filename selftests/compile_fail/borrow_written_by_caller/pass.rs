// SPDX-License-Identifier: GPL-2.0

//! It may do so before the callback borrows it.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn write(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result<u32> {
    value += 1;
    let mut slot = csd::Slot::new(|_| value + 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })?;
    Ok(value)
}
