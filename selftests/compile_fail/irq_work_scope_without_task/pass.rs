// SPDX-License-Identifier: GPL-2.0

//! Who has it shows it.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn scoped(task: &TaskContext) {
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ());
}
