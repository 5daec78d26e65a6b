// SPDX-License-Identifier: GPL-2.0

//! expect: E0525
//!
//! Two CPUs may run a scoped callback at once: it must not write to what it borrows.

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
    let mut count = 0;
    let add = |_: &Context<Hard>| count += 1;
    irq_work::scope::<Hard, _, _>(task, add, |_| ());
}
