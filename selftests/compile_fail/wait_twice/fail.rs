// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! A second wait for one run would never end, or hand out its result twice: `wait()` consumes the
//! right to wait.

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
    drop(in_flight.wait(task));
    drop(in_flight.wait(task));
    Ok(())
}
