// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! Who has the only handle of a box may take the object back: there must not be
//! another one.
//! pass: Those of an `Arc` can be cloned.

include!("common/names.rs");

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Handle<Pin<KBox<T>>>) //[fail]
pub fn clone<T>(handle: &Handle<Arc<T>>) //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[pass]
{
    two(handle);
}
