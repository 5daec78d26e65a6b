// SPDX-License-Identifier: GPL-2.0

//! In the scope it may be handed on.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn escape(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let mut kept = None;
            _ = kept.insert(work);
        },
    );
}
