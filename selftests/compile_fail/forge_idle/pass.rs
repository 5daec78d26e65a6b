// SPDX-License-Identifier: GPL-2.0

//! A pinned box is the only pointer to its object, and becomes the only right to queue it.

use crosscall::csd::{
    CsdCallback,
    HasCsd,
    Idle, //
};
use kernel::prelude::*;

pub fn forge<T>(pointer: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle::from(pointer)
}
