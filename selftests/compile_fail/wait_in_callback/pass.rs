// SPDX-License-Identifier: GPL-2.0

//! It may ask whether a call has ended.

use crosscall::{
    context::TaskContext,
    csd::{
        self,
        CsdPointer,
        InFlight, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn nest<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut in_flight = Some(in_flight);
    csd::call(task, cpu, |_| {
        drop(in_flight.take().map(|call| call.try_wait()));
    })?;
    Ok(())
}
