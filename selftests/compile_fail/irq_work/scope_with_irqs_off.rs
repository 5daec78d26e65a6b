// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The end of a scope sleeps.
//! pass: It takes the right to.

include!("common/names.rs");

pub fn scoped(task: &TaskContext, cx: &ThreadedOnRt) {
    irq_work::scope(cx, |_: &Context<Hard>| (), |_| ()); //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ()); //[pass]
}
