// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Taking the object back gives up the right to queue it.
//! pass: The object can be given a handle again.

include!("common/names.rs");

pub fn again<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    let object = handle.into_inner(task);
    let handle = Handle::from(object); //[pass]
    handle.queue()
}
