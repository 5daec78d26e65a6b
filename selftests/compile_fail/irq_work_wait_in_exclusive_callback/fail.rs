// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//!
//! An exclusive callback, which need not be `Sync`, cannot capture the right to sleep either.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Exclusive,
        Hard,
        HasIrqWork,
        InFlight,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn nest<T>(in_flight: InFlight<T>, task: TaskContext) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let mut in_flight = Some(in_flight);
    let _work = irq_work::exclusive::<Hard, _>(
        move |_| {
            drop(in_flight.take().map(|other| other.wait(&task)));
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
