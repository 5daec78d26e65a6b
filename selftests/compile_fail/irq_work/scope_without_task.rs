// SPDX-License-Identifier: GPL-2.0
//! expect: E0061
//! The end of a scope sleeps, for which the caller must have the right.
//! pass: The caller shows that right.

include!("common/names.rs");

pub fn scoped(task: &TaskContext) {
    irq_work::scope(|_: &Context<Hard>| (), |_| ()); //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ()); //[pass]
}
