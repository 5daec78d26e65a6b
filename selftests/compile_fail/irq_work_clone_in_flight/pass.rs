// SPDX-License-Identifier: GPL-2.0

//! The handles of an `Arc` can be cloned: those works are claimed.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    InFlight,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    two(handle);
}
