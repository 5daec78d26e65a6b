// SPDX-License-Identifier: GPL-2.0

//! It is handed on.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    InFlight,
    IrqWorkCallback, //
};

pub fn forge<T>(in_flight: InFlight<T>) -> InFlight<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight
}
