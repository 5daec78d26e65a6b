// SPDX-License-Identifier: GPL-2.0

//! A scoped work in the same scope may queue it.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::prelude::*;

pub fn escape(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let ring = move |_: &Context<Hard>| _ = work.queue();
            irq_work::scope(task, ring, |_| ());
        },
    );
}
