// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! Who has the only handle of a box may take the object back: there must not be another one.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Handle<Pin<KBox<T>>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    two(handle);
}
