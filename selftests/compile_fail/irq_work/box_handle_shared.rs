// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! Nobody else can own the object of a box.
//! pass: It can be borrowed.

include!("common/names.rs");

pub fn share<T>(handle: &Handle<Pin<KBox<T>>>) -> &T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    handle.shared() //[fail]
    handle //[pass]
}
