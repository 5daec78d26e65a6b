// SPDX-License-Identifier: GPL-2.0

//! The object becomes its first handle.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::prelude::*;

/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle::from(object)
}
