// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! Waiting with interrupts off is a deadlock if the work is pending on this
//! CPU.
//! pass: Asking is not.

include!("common/names.rs");

pub fn wait<T>(in_flight: InFlight<T>, cx: &IrqsOff) -> Option<Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Some(in_flight.wait(cx)) //[fail]
    in_flight.try_wait().ok() //[pass]
}
