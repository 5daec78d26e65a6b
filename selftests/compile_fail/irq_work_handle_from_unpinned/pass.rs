// SPDX-License-Identifier: GPL-2.0

//! A pinned one cannot be moved.

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
    Handle::from(KBox::into_pin(object))
}
