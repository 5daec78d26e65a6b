// SPDX-License-Identifier: GPL-2.0

//! After the scope it may.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn read(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result {
    let mut slot = csd::Slot::new(|_| value += 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })?;
    assert!(value > 0);
    Ok(())
}
