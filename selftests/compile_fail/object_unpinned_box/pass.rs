// SPDX-License-Identifier: GPL-2.0

//! A pinned box keeps its content in place.

use crosscall::csd::{
    CsdCallback,
    HasCsd,
    Idle, //
};
use kernel::prelude::*;

pub fn idle<T>(object: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle::from(object)
}
