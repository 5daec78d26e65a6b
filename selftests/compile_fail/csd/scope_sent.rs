// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: a scope and its tokens stay with the task that waits for the scope
//! A callback that queued in its caller's scope would change the list of slots
//! under the caller's feet.
//! pass: The callback has what it needs, or the caller queues.

include!("common/names.rs");

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    csd::scope(task, |scope| {
        csd::call(task, cpu, |_| _ = &scope)?; //[fail]
        csd::call(task, cpu, |_| ())?; //[pass]
        Ok(())
    })
}
