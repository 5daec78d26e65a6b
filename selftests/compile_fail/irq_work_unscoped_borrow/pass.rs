// SPDX-License-Identifier: GPL-2.0

//! In a scope it may borrow.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

pub fn count(task: &TaskContext) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &Context<Hard>| shared.add(1, ordering::Relaxed);
    irq_work::scope(task, add, |_| ());
    Ok(())
}
