// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! Waiting with interrupts off is a deadlock if the work is pending on this
//! CPU.
//! pass: A task may wait.

include!("common/names.rs");

pub fn sync<T>(handle: &Handle<Arc<T>>, cx: &IrqsOff, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.sync(cx); //[fail]
    handle.sync(task); //[pass]
}
