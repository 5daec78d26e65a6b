// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! Nobody else can own the object of a box.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn share<T>(handle: &Handle<Pin<KBox<T>>>) -> &T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    handle.shared()
}
