// SPDX-License-Identifier: GPL-2.0

//! It has a handle.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: Pin<KBox<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    drop(Handle::from(object));
}
