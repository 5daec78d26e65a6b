// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The object of an `Arc` may have other handles: it cannot be taken back.
//! pass: It can be shared.

include!("common/names.rs");

pub fn take<T>(handle: Handle<Arc<T>>, task: &TaskContext) -> Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.into_inner(task) //[fail]
    handle.shared() //[pass]
}
