// SPDX-License-Identifier: GPL-2.0

//! Those of an `Arc` can be cloned.

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

pub fn clone<T>(handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    two(handle);
}
