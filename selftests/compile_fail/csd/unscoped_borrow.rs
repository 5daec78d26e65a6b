// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! A token can be leaked, and its call then outlives every borrow: outside a
//! scope a callback must own what it uses.
//! pass: In a scope it may borrow.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &_| shared.add(1, ordering::Relaxed);
    let _ = csd::new(add, GFP_KERNEL)?.call_on(cpu)?.wait(task); //[fail]
    csd::call(task, cpu, add)?; //[pass]
    Ok(())
}
