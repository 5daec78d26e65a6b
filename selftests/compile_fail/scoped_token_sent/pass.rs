// SPDX-License-Identifier: GPL-2.0

//! The caller waits.

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
        drop(in_flight.wait(task));
        Ok(())
    })
}
