// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: the trait `From<Box<T, Kmalloc>>` is not implemented for `crosscall::csd::Idle<_>`
//! A box that is not pinned can be opened, and the csd in it moved.
//! pass: A pinned box keeps its content in place.

include!("common/names.rs");

pub fn idle<T>(object: KBox<T>) -> Idle<Pin<KBox<T>>> //[fail]
pub fn idle<T>(object: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>> //[pass]
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle::from(object)
}
