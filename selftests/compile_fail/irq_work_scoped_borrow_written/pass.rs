// SPDX-License-Identifier: GPL-2.0

//! What it had copied may.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn write(task: &TaskContext) {
    let mut limit = 1;
    let ring = move |_: &Context<Hard>| assert!(limit > 0);
    irq_work::scope(task, ring, |_| limit = 2);
}
