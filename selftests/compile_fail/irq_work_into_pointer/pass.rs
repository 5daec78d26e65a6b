// SPDX-License-Identifier: GPL-2.0

//! They have one that cannot go wrong.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn take<T>(handle: Handle<Pin<KBox<T>>>, task: &TaskContext) -> Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    handle.into_inner(task)
}
