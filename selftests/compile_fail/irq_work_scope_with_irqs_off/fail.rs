// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! The end of a scope sleeps.

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
    irq_work::scope(cx, |_: &Context<Hard>| (), |_| ());
}
