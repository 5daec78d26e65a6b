// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//!
//! A scoped callback may borrow from the caller, but not its right to sleep.

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
        other.sync(task);
    };
    irq_work::scope(task, ring, |_| ());
}
