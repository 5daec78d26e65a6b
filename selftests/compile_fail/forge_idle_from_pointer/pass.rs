// SPDX-License-Identifier: GPL-2.0

//! The public constructor takes a unique pointer.

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
