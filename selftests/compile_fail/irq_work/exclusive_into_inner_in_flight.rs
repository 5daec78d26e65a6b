// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The callback is using the object.
//! pass: When it has returned the object can be taken back.

include!("common/names.rs");

pub fn take<T>(in_flight: InFlight<T>, task: &TaskContext) -> Pin<KBox<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    in_flight.into_inner(task) //[fail]
    in_flight.wait(task).into_inner(task) //[pass]
}
