// SPDX-License-Identifier: GPL-2.0

//! It stays where it is.

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
            _ = *work;
        },
    );
}
