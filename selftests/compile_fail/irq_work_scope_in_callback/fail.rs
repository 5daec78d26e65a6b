// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! The end of a scope waits: a callback cannot make one.

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
    irq_work::scope(cx, ring, |_| ());
}
