// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! While an exclusive work is in flight, its callback has the mutable
//! reference.
//! pass: After the wait the token gives one.

include!("common/names.rs");

pub fn change<T>(in_flight: InFlight<T>, task: &TaskContext)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let mut idle = in_flight; //[fail]
    let mut idle = in_flight.wait(task); //[pass]
    let _object = idle.as_mut();
}
