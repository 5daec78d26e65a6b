// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The right to wait is no right to queue.
//! pass: Waiting gives that.

include!("common/names.rs");

pub fn twice<T>(in_flight: InFlight<T>, task: &TaskContext) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(in_flight.queue()?) //[fail]
    Ok(in_flight.wait(task).queue()?) //[pass]
}
