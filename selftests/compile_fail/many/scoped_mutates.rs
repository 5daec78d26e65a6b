// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! CPUs share what a scoped call borrows: none may write to it.
//! pass: Atomic operations may.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn count(task: &TaskContext) -> Result {
    let mut sum = 0; //[fail]
    many::call_all(task, |_| sum += 1)?; //[fail]
    let sum = Atomic::<u32>::new(0); //[pass]
    many::call_all(task, |_| _ = sum.fetch_add(1, Relaxed))?; //[pass]
    Ok(())
}
