// SPDX-License-Identifier: GPL-2.0

//! Asking is not.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        Exclusive,
        HasIrqWork,
        Idle,
        InFlight,
        IrqWorkCallback, //
    },
};

pub fn wait<T>(in_flight: InFlight<T>, cx: &IrqsOff) -> Option<Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight.try_wait().ok()
}
