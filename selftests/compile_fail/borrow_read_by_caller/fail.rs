// SPDX-License-Identifier: GPL-2.0

//! expect: E0502
//!
//! The caller must not read what a callback writes at the same time.

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
        assert!(value > 0);
        Ok(())
    })?;
    Ok(())
}
