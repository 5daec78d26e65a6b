// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! expect-text: borrow of moved value: `work`
//! A work that is unregistered has no bit any more.
//! pass: Before that it may be queued.

include!("common/names.rs");

pub fn end<T: Deferred>(work: Work<T>, task: &TaskContext, cpu: CpuId) -> Outcome {
    let outcome = work.queue_on(cpu); //[pass]
    drop(work.unregister(task, |_| ()));
    work.queue_on(cpu) //[fail]
    outcome //[pass]
}
