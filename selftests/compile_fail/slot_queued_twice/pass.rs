// SPDX-License-Identifier: GPL-2.0

//! Two calls take two slots.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(scope.call_on(&mut other, cpu)?);
        Ok(())
    })
}
