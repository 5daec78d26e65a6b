// SPDX-License-Identifier: GPL-2.0

//! After the wait the token gives one.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Exclusive,
        HasIrqWork,
        InFlight,
        IrqWorkCallback, //
    },
};

pub fn change<T>(in_flight: InFlight<T>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let mut idle = in_flight.wait(task);
    let _object = idle.as_mut();
}
