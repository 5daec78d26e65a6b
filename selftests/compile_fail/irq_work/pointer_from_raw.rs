// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! Taking the object back from its handles is unsafe.
//! pass: The handle can do it.

include!("common/names.rs");

pub fn take<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    IrqWorkPointer::from_raw((&raw const *handle).cast_mut()) //[fail]
    handle.into_inner(task) //[pass]
}
