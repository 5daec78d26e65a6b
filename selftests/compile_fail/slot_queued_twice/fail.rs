// SPDX-License-Identifier: GPL-2.0

//! expect: E0499
//!
//! A slot whose call is in flight belongs to that call until the scope ends.

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
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })
}
