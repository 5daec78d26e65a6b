// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! The right to wait cannot be shared: what comes back is the right to queue.

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

pub fn wait<T>(in_flight: &InFlight<T>, task: &TaskContext) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight.wait(task)
}
