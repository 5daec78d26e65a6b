// SPDX-License-Identifier: GPL-2.0

//! Waiting gives that.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Exclusive,
        HasIrqWork,
        InFlight,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn twice<T>(in_flight: InFlight<T>, task: &TaskContext) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(in_flight.wait(task).queue()?)
}
