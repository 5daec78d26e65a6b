// SPDX-License-Identifier: GPL-2.0

//! A task can.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn scoped(cx: &IrqsOff, task: &TaskContext) {
    let ring = |_: &Context<Hard>| ();
    irq_work::scope(task, ring, |_| ());
}
