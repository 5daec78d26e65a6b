// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Who has taken the object back has no right to queue it.
//! pass: It can be given again.

include!("common/names.rs");

pub fn again<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    let object = handle.into_inner(task);
    let handle = Handle::from(object); //[pass]
    handle.queue()
}
