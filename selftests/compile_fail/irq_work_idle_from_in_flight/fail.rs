// SPDX-License-Identifier: GPL-2.0

//! expect: E0616 uncoded
//!
//! Who has the right to wait does not have the right to queue until it has waited.

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

pub fn forge<T>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Idle {
        token: in_flight.token,
    }
}
