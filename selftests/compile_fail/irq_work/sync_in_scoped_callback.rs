// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//! A scoped callback may borrow from the caller, but not its right to sleep.
//! pass: It may queue another work.

include!("common/names.rs");

pub fn nest<T>(other: &Handle<Arc<T>>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let ring = |_: &Context<Hard>| {
        other.sync(task); //[fail]
        _ = other.queue(); //[pass]
    };
    irq_work::scope(task, ring, |_| ());
}
