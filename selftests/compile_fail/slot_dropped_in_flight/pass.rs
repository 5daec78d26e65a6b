// SPDX-License-Identifier: GPL-2.0

//! A slot that is made before the scope outlives it.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })
}
