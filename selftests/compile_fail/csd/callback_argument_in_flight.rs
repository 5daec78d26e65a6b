// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! While a call is in flight its argument is the callback's.
//! pass: Afterwards it is the caller's.

include!("common/names.rs");

pub fn look(task: &TaskContext, cpu: CpuId, mut idle: IdleCallback<u32, u32>) -> Result<u32> {
    let _in_flight = idle.call_on_with(cpu, 1)?; //[fail]
    (idle, _) = idle.call_on_with(cpu, 1)?.wait(task); //[pass]
    Ok(*idle.argument())
}
