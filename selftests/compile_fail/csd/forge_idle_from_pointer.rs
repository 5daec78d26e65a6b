// SPDX-License-Identifier: GPL-2.0
//! expect: E0624
//! The unsafe constructor of the right to queue is private, so that not even
//! unsafe code of a client makes a second one.
//! pass: The public constructor takes a unique pointer.

include!("common/names.rs");

pub fn forge<T>(pointer: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    unsafe { Idle::from_pointer(pointer) } //[fail]
    Idle::from(pointer) //[pass]
}
