// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! A scoped call runs on several CPUs at once: what they share must be `Sync`.
//! pass: It is.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn count(task: &TaskContext) -> Result<u32> {
    let sum = Cell::new(0); //[fail]
    many::call_all(task, |_| sum.set(1))?; //[fail]
    Ok(sum.into_inner()) //[fail]
    let sum = Atomic::<u32>::new(0); //[pass]
    many::call_all(task, |_| sum.store(1, Relaxed))?; //[pass]
    Ok(sum.load(Relaxed)) //[pass]
}
