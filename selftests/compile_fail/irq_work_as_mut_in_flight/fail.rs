// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! While an exclusive work is in flight, its callback has the mutable reference.

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
    let mut idle = in_flight;
    let _object = idle.as_mut();
}
