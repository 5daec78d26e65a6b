// SPDX-License-Identifier: GPL-2.0
//! expect: E0624
//! The constructor of a handle that does not ask whether there is another one
//! is not for clients.
//! pass: They have one that cannot go wrong.

include!("common/names.rs");

pub fn forge<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle::from_new(object) //[fail]
    Handle::from(object) //[pass]
}
