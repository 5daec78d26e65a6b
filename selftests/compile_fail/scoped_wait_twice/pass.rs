// SPDX-License-Identifier: GPL-2.0

//! Each run is waited for once.

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
        let in_flight = scope.call_on(&mut slot, cpu)?;
        drop(in_flight.wait(task));
        Ok(())
    })
}
