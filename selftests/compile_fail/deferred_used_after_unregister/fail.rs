// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//! expect-text: borrow of moved value: `work`
//!
//! A work that is unregistered has no bit any more.

use crosscall::{
    context::TaskContext,
    deferred::{
        Deferred,
        Outcome,
        Work, //
    },
};
use kernel::cpu::CpuId;

pub fn end<T: Deferred>(work: Work<T>, task: &TaskContext, cpu: CpuId) -> Outcome {
    drop(work.unregister(task, |_| ()));
    work.queue_on(cpu)
}
