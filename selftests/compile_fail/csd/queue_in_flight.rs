// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `call_on` found for struct `InFlight`
//! The right to wait is not the right to queue: a call in flight has no
//! `call_on()`.
//! pass: Once the call has ended it can be queued again.

include!("common/names.rs");

pub fn again(task: &TaskContext, cpu: CpuId) -> Result {
    let in_flight = csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?;
    let (_idle, ()) = in_flight.call_on(cpu)?.wait(task); //[fail]
    let (_idle, ()) = in_flight.wait(task).0.call_on(cpu)?.wait(task); //[pass]
    Ok(())
}
