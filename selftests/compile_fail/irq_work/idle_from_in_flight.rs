// SPDX-License-Identifier: GPL-2.0
//! expect: E0616 uncoded
//! Who has the right to wait does not have the right to queue until it has
//! waited.
//! pass: Then it has.

include!("common/names.rs");

pub fn forge<T>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Idle { //[fail]
        token: in_flight.token, //[fail]
    } //[fail]
    in_flight.wait(task) //[pass]
}
