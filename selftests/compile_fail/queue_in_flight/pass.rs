// SPDX-License-Identifier: GPL-2.0

//! Once the call has ended it can be queued again.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn again(task: &TaskContext, cpu: CpuId) -> Result {
    let in_flight = csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?;
    let (_idle, ()) = in_flight.wait(task).0.call_on(cpu)?.wait(task);
    Ok(())
}
