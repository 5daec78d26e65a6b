// SPDX-License-Identifier: GPL-2.0

//! Before that it may be queued.

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
    let outcome = work.queue_on(cpu);
    drop(work.unregister(task, |_| ()));
    outcome
}
