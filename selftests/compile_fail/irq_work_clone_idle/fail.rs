// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! There is one right to queue an exclusive work.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Idle<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + Sync + 'static,
{
    two(handle);
}
