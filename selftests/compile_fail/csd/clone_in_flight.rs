// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `clone` found
//! A copy of the right to wait would take the result out twice.
//! pass: A right to wait is moved, not copied.

include!("common/names.rs");

pub fn waiter<P: CsdPointer>(in_flight: InFlight<P>) -> InFlight<P> {
    in_flight.clone() //[fail]
    in_flight //[pass]
}
