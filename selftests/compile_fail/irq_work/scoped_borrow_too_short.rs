// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! What a scoped callback borrows must be there until the scope has ended.
//! pass: It is declared before.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext) {
    let add;
    let count = Atomic::new(0); //[pass]
    {
        let count = Atomic::new(0); //[fail]
        let count = &count;
        add = move |_: &Context<Hard>| count.add(1, ordering::Relaxed);
    }
    irq_work::scope(task, add, |_| ());
}
