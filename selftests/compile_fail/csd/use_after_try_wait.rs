// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A wait that does not block may have ended the call: whether there is still a
//! right to wait is known from its result only.
//! pass: The error of a wait that was too early is the token.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(_in_flight) = in_flight.try_wait() { //[fail]
    if let Err(in_flight) = in_flight.try_wait() { //[pass]
        let _ = in_flight.wait(task);
    }
}
