// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! Two rights to wait would give two rights to queue.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    InFlight,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &InFlight<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + Sync + 'static,
{
    two(handle);
}
