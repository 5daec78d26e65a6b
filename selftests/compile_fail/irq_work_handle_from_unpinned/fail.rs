// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! An object that can still be moved must not be queued.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: KBox<T>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle::from(object)
}
