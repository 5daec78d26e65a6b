// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Queueing an exclusive work, which is claimed without an atomic operation,
//! while it is in flight corrupts the list of the CPU. Here `queue()` consumes
//! the right to.
//! pass: Waiting gives it back.

include!("common/names.rs");

pub fn twice<T>(idle: Idle<T>, task: &TaskContext) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let in_flight = idle.queue()?;
    let idle = in_flight.wait(task); //[pass]
    Ok(idle.queue()?)
}
