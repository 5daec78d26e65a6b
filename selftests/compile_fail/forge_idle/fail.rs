// SPDX-License-Identifier: GPL-2.0

//! expect: E0308 uncoded
//! expect-text: cannot construct `crosscall::csd::Idle<_>` with struct literal syntax
//!
//! A right to queue that did not come from the call itself could be a second one.

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
    Idle {
        pointer: core::mem::ManuallyDrop::new(pointer),
    }
}
