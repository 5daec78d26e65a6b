// SPDX-License-Identifier: GPL-2.0
//! expect: E0614
//! A slot must not be overwritten while its scope still knows it, not even
//! between two calls.
//! pass: The token is for queueing.

include!("common/names.rs");

pub fn replace(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let (idle, ()) = scope.call_on(&mut slot, cpu)?.wait(task);
        *idle = csd::Slot::new(|_| ()); //[fail]
        drop(idle.call_on(cpu)?); //[pass]
        Ok(())
    })
}
