// SPDX-License-Identifier: GPL-2.0

//! It may do so atomically.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext) {
    let count = Atomic::new(0);
    let add = |_: &Context<Hard>| count.add(1, ordering::Relaxed);
    irq_work::scope::<Hard, _, _>(task, add, |_| ());
}
