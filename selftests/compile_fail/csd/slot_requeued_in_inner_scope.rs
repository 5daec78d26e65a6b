// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A slot that one scope has queued must not be queued in an inner scope, which
//! would not wait for it.
//! pass: Its own scope waits, wherever the call is queued again.

include!("common/names.rs");

pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |outer| {
        let (idle, ()) = outer.call_on(&mut slot, cpu)?.wait(task);
        csd::scope(task, |inner| { //[fail]
            drop(inner.call_on(idle, cpu)?); //[fail]
        csd::scope(task, |_inner| { //[pass]
            drop(idle.call_on(cpu)?); //[pass]
            Ok(())
        })
    })
}
