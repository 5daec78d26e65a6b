// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! The right to wait cannot be shared: what comes back is the right to queue.
//! pass: The owner of the right uses it.

include!("common/names.rs");

pub fn wait<T>(in_flight: &InFlight<T>, task: &TaskContext) -> Idle<T> //[fail]
pub fn wait<T>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight.wait(task)
}
