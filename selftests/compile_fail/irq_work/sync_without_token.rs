// SPDX-License-Identifier: GPL-2.0
//! expect: E0061
//! Waiting takes the right to sleep.
//! pass: The caller shows that right.

include!("common/names.rs");

pub fn sync<T>(handle: &Handle<Arc<T>>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.sync(); //[fail]
    handle.sync(task); //[pass]
}
