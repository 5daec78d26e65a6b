// SPDX-License-Identifier: GPL-2.0
//! expect: E0525
//! Two CPUs may run a scoped callback at once: it must not write to what it
//! borrows.
//! pass: It may do so atomically.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext) {
    let mut count = 0; //[fail]
    let add = |_: &Context<Hard>| count += 1; //[fail]
    let count = Atomic::new(0); //[pass]
    let add = |_: &Context<Hard>| count.add(1, ordering::Relaxed); //[pass]
    irq_work::scope::<Hard, _, _>(task, add, |_| ());
}
