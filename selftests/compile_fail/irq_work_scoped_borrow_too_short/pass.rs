// SPDX-License-Identifier: GPL-2.0

//! It is declared before.

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
    let add;
    let count = Atomic::new(0);
    {
        let count = &count;
        add = move |_: &Context<Hard>| count.add(1, ordering::Relaxed);
    }
    irq_work::scope(task, add, |_| ());
}
