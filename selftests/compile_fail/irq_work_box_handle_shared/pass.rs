// SPDX-License-Identifier: GPL-2.0

//! It can be borrowed.

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
    handle
}
