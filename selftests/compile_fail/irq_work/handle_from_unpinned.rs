// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! An object that can still be moved must not be queued.
//! pass: A pinned one cannot be moved.

include!("common/names.rs");

pub fn make<T>(object: KBox<T>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle::from(object) //[fail]
    Handle::from(KBox::into_pin(object)) //[pass]
}
