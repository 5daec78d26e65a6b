// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//!
//! A callback that waits sleeps with interrupts off: it cannot capture the right to sleep.

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
        drop(in_flight.take().map(|call| call.wait(task)));
    })?;
    Ok(())
}
