// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! If the work has ended, `try_wait()` has given the right to queue.

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
        Err(_) => in_flight.wait(task),
    }
}
