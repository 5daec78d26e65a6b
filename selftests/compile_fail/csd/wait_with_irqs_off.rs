// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The token of a callback is not the right to sleep.
//! pass: With interrupts off one may ask whether a call has ended.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, cx: &IrqsOff) {
    drop(in_flight.wait(cx)); //[fail]
    drop(in_flight.try_wait()); //[pass]
}
