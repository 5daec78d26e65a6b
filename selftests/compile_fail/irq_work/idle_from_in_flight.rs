// SPDX-License-Identifier: GPL-2.0
//! expect: E0616 uncoded
//! The right to wait does not become the right to queue before the wait is
//! over.
//! pass: After the wait it does.

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
