// SPDX-License-Identifier: GPL-2.0

//! If not, the right to wait comes back.

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

pub fn wait<T>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    match in_flight.try_wait() {
        Ok(idle) => idle,
        Err(in_flight) => in_flight.wait(task),
    }
}
