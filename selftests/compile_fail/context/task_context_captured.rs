// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! expect-text: what takes a `&TaskContext` may sleep: do that in the task, not in the callback
//! expect-text: required because it appears within the type `TaskContext`
//! The right to sleep stays with its task: a callback cannot own it.
//! pass: A callback that does not use it is fine.

include!("common/names.rs");

pub fn give(task: TaskContext) -> Result {
    drop(csd::new(move |_| size_of_val(&task), GFP_KERNEL)?); //[fail]
    drop(csd::new(move |_| size_of::<TaskContext>(), GFP_KERNEL)?); //[pass]
    Ok(())
}
