// SPDX-License-Identifier: GPL-2.0

//! Who does not care says so.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn ring<T>(handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    _ = handle.queue();
}
