// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A call whose argument is given at queueing consumes the right to queue too.
//! pass: Waiting gives it back.

include!("common/names.rs");

pub fn twice(task: &TaskContext, cpu: CpuId, idle: IdleCallback<u32, u32>) -> Result {
    let _in_flight = idle.call_on_with(cpu, 1)?; //[fail]
    let (idle, _) = idle.call_on_with(cpu, 1)?.wait(task); //[pass]
    drop(idle.call_on_with(cpu, 2)?.wait(task));
    Ok(())
}
