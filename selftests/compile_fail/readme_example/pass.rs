// SPDX-License-Identifier: GPL-2.0

//! The example of the README without the line that does not compile.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn ask(cpu: CpuId, other: CpuId) -> Result<CpuId> {
    let task = TaskContext::new(); // we may sleep: the right to wait
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?; // the one allocation
    let in_flight = idle.call_on(cpu)?; // returns at once

    // ... both CPUs work ...

    let (idle, ran_on) = in_flight.wait(&task); // the callback has returned
    let (_idle, _) = idle.call_on(other)?.wait(&task); // fine: handed back
    Ok(ran_on)
}
