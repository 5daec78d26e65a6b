// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! A handle can be leaked, and its work then outlives every borrow: outside a
//! scope a callback must own what it uses.
//! pass: In a scope it may borrow.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &Context<Hard>| shared.add(1, ordering::Relaxed);
    let _work = irq_work::new(add, GFP_KERNEL)?; //[fail]
    irq_work::scope(task, add, |_| ()); //[pass]
    Ok(())
}
