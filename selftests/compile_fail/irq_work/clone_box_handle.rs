// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! The only handle of a box gives the object back: a second handle must not
//! exist.
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
