// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//! expect-text: no method named `call_on` found for struct `InFlight`
//!
//! The right to wait is not the right to queue: a call in flight has no `call_on()`.

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
    let (_idle, ()) = in_flight.call_on(cpu)?.wait(task);
    Ok(())
}
