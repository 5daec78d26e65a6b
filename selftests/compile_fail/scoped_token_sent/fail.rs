// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! The right to wait for a scoped call gives access to its slot, which is the caller's alone.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        csd::call(task, cpu, |_| _ = &in_flight)?;
        Ok(())
    })
}
