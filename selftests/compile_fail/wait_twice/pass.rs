// SPDX-License-Identifier: GPL-2.0

//! Each run is waited for once.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    let in_flight = in_flight.wait(task).0.call_on(cpu)?;
    drop(in_flight.wait(task));
    Ok(())
}
