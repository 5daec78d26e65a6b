// SPDX-License-Identifier: GPL-2.0

//! A handle does both.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

pub fn ring<T>(handle: &Handle<Arc<T>>) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.queue()
}
