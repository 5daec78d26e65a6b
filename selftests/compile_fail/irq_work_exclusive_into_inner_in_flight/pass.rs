// SPDX-License-Identifier: GPL-2.0

//! When it has returned the object can be taken back.

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

pub fn take<T>(in_flight: InFlight<T>, task: &TaskContext) -> Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight.wait(task).into_inner(task)
}
