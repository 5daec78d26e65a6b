// SPDX-License-Identifier: GPL-2.0

//! It can be given again.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn again<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    let object = handle.into_inner(task);
    let handle = Handle::from(object);
    handle.queue()
}
