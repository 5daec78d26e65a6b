// SPDX-License-Identifier: GPL-2.0

//! A task may wait.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::sync::Arc;

pub fn sync<T>(handle: &Handle<Arc<T>>, cx: &IrqsOff, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.sync(task);
}
