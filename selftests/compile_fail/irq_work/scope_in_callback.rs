// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The end of a scope waits: a callback cannot make one.
//! pass: A task can.

include!("common/names.rs");

pub fn scoped(cx: &IrqsOff, task: &TaskContext) {
    let ring = |_: &Context<Hard>| ();
    irq_work::scope(cx, ring, |_| ()); //[fail]
    irq_work::scope(task, ring, |_| ()); //[pass]
}
