// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! A scoped callback that owns a `Cell` races with itself, on two CPUs.
//! pass: An atomic can be shared.

include!("common/names.rs");

use kernel::sync::atomic::Atomic;

pub fn share(task: &TaskContext) {
    let count = Cell::new(0); //[fail]
    let count = Atomic::new(0); //[pass]
    irq_work::scope(task, move |_: &Context<Hard>| _ = &count, |_| ());
}
