// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The object of a box has one owner.
//! pass: The object can be borrowed.

include!("common/names.rs");

pub fn share<T>(handle: &Handle<Pin<KBox<T>>>) -> &T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    handle.shared() //[fail]
    handle //[pass]
}
