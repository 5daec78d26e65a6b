// SPDX-License-Identifier: GPL-2.0

//! It may queue another work.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Handle,
        Hard,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::sync::Arc;

pub fn nest<T>(other: &Handle<Arc<T>>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let ring = |_: &Context<Hard>| {
        _ = other.queue();
    };
    irq_work::scope(task, ring, |_| ());
}
