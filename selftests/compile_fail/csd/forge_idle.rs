// SPDX-License-Identifier: GPL-2.0
//! expect: E0308 uncoded
//! expect-text: cannot construct `crosscall::csd::Idle<_>` with struct literal syntax
//! A right to queue that did not come from the call itself could be a second
//! one.
//! pass: A pinned box is the only pointer to its object, and becomes the only
//! right to queue it.

include!("common/names.rs");

pub fn forge<T>(pointer: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle { //[fail]
        pointer: core::mem::ManuallyDrop::new(pointer), //[fail]
    } //[fail]
    Idle::from(pointer) //[pass]
}
