// SPDX-License-Identifier: GPL-2.0
//! expect: E0502
//! In a scope the callback may be running: what it reads must not be written
//! to.
//! pass: What it had copied may.

include!("common/names.rs");

pub fn write(task: &TaskContext) {
    let mut limit = 1;
    let ring = |_: &Context<Hard>| assert!(limit > 0); //[fail]
    let ring = move |_: &Context<Hard>| assert!(limit > 0); //[pass]
    irq_work::scope(task, ring, |_| limit = 2);
}
