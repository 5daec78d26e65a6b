// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! A scoped work that moved would leave the C irq_work in a list.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn take(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            drop(*work);
        },
    );
}
