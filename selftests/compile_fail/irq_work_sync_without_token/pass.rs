// SPDX-License-Identifier: GPL-2.0

//! Who has it shows it.

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
    handle.sync(task);
}
