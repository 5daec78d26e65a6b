// SPDX-License-Identifier: GPL-2.0

//! expect: E0061
//!
//! The end of a scope sleeps, which takes the right to.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};

pub fn scoped(task: &TaskContext) {
    irq_work::scope(|_: &Context<Hard>| (), |_| ());
}
