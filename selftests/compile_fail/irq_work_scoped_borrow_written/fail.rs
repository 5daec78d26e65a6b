// SPDX-License-Identifier: GPL-2.0

//! expect: E0502
//!
//! In a scope the callback may be running: what it reads must not be written to.

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
    let ring = |_: &Context<Hard>| assert!(limit > 0);
    irq_work::scope(task, ring, |_| limit = 2);
}
