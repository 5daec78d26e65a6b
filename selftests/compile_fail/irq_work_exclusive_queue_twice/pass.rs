// SPDX-License-Identifier: GPL-2.0

//! Waiting gives it back.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Exclusive,
        HasIrqWork,
        Idle,
        InFlight,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn twice<T>(idle: Idle<T>, task: &TaskContext) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let in_flight = idle.queue()?;
    let idle = in_flight.wait(task);
    Ok(idle.queue()?)
}
