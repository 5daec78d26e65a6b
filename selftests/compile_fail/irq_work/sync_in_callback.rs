// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//! A callback cannot capture the right to sleep.
//! pass: It may queue another work.

include!("common/names.rs");

pub fn nest<T>(other: Handle<Arc<T>>, task: TaskContext) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(move |_| other.sync(&task), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(move |_| _ = other.queue(), GFP_KERNEL)?; //[pass]
    Ok(())
}
