// SPDX-License-Identifier: GPL-2.0

//! It can be shared.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::sync::Arc;

pub fn take<T>(handle: Handle<Arc<T>>, task: &TaskContext) -> Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.shared()
}
