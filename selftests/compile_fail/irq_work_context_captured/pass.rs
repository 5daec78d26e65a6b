// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may leave.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::sync::SetOnce;

pub fn keep(task: &TaskContext) {
    let seen = SetOnce::new();
    let ring = |cx: &Context<Hard>| {
        seen.populate(cx.cpu());
    };
    irq_work::scope(task, ring, |_| ());
}
