// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Queueing a call that is in flight corrupts the list of the target CPU in C.
//! Here `call_on()` consumes the right to queue.
//! pass: Waiting gives the right to queue back.

include!("common/names.rs");

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let _in_flight = idle.call_on(cpu)?; //[fail]
    let (idle, ()) = idle.call_on(cpu)?.wait(task); //[pass]
    let (_idle, ()) = idle.call_on(cpu)?.wait(task);
    Ok(())
}
