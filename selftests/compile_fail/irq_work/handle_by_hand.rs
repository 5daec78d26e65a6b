// SPDX-License-Identifier: GPL-2.0
//! expect: E0451 uncoded
//! expect-text: field `object` of struct `Handle` is private
//! A handle that is not counted outlives the object.
//! pass: The object becomes its first handle.

include!("common/names.rs");

/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle { //[fail]
        object: conjure(), //[fail]
        ..conjure() //[fail]
    } //[fail]
    Handle::from(object) //[pass]
}
