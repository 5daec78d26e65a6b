// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//!
//! A scoped work that is queued after the end of its scope is not there.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn escape(task: &TaskContext) {
    let mut kept = None;
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            _ = kept.insert(work);
        },
    );
}
