// SPDX-License-Identifier: GPL-2.0
//! expect: E0271 E0277
//! An exclusive object in a box must not get a handle that queues without a
//! token.
//! pass: It gets a token.

include!("common/names.rs");

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> //[fail]
pub fn make<T>(object: Pin<KBox<T>>) -> Idle<T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object.into()
}
