// SPDX-License-Identifier: GPL-2.0

//! expect: E0624
//!
//! The constructor of a handle that does not ask whether there is another one is not for clients.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn forge<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle::from_new(object)
}
