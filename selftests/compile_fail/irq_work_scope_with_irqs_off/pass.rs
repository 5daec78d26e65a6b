// SPDX-License-Identifier: GPL-2.0

//! It takes the right to.

use crosscall::{
    context::{
        TaskContext,
        ThreadedOnRt, //
    },
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn scoped(task: &TaskContext, cx: &ThreadedOnRt) {
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ());
}
