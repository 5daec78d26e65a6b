// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: the trait `From<Box<T, Kmalloc>>` is not implemented for `crosscall::csd::Idle<_>`
//!
//! A box that is not pinned can be opened, and the csd in it moved.

use crosscall::csd::{
    CsdCallback,
    HasCsd,
    Idle, //
};
use kernel::prelude::*;

pub fn idle<T>(object: KBox<T>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle::from(object)
}
