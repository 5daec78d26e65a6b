// SPDX-License-Identifier: GPL-2.0
//! expect: E0624
//! The function that takes an object back without asking whether there are
//! other handles is not for clients.
//! pass: They have one that cannot go wrong.

include!("common/names.rs");

pub fn take<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    handle.into_pointer(task) //[fail]
    handle.into_inner(task) //[pass]
}
