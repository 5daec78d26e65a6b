// SPDX-License-Identifier: GPL-2.0

//! Then there is.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Exclusive,
        HasIrqWork,
        Idle,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn wait<T>(idle: Idle<T>, task: &TaskContext) -> Result<Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.queue()?.wait(task))
}
