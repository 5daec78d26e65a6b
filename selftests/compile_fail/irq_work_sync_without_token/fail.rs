// SPDX-License-Identifier: GPL-2.0

//! expect: E0061
//!
//! Waiting takes the right to sleep.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::sync::Arc;

pub fn sync<T>(handle: &Handle<Arc<T>>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.sync();
}
