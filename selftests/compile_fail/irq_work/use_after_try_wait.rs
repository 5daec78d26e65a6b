// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! If the work has ended, `try_wait()` has given the right to queue.
//! pass: If not, the right to wait comes back.

include!("common/names.rs");

pub fn wait<T>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    match in_flight.try_wait() {
        Ok(idle) => idle,
        Err(_) => in_flight.wait(task), //[fail]
        Err(in_flight) => in_flight.wait(task), //[pass]
    }
}
