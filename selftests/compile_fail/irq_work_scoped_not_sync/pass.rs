// SPDX-License-Identifier: GPL-2.0

//! An atomic can be shared.

use core::cell::Cell;
use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::sync::atomic::Atomic;

pub fn share(task: &TaskContext) {
    let count = Atomic::new(0);
    irq_work::scope(task, |_: &Context<Hard>| _ = &count, |_| ());
}
