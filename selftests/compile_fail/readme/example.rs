// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! The example of the README: a call in flight must not be queued again.
//! pass: The example of the README without the line that does not compile.

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

    idle.call_on(other)?; // does not compile: the call is in flight //[fail]
    let (idle, ran_on) = in_flight.wait(&task); // the callback has returned
    let (_idle, _) = idle.call_on(other)?.wait(&task); // fine: handed back
    Ok(ran_on)
}
