// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A wait with a timeout may have ended the call: whether there is still a
//! right to wait is known from its result only.
//! pass: The error of a wait that has timed out holds the token.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(_timed_out) = in_flight.wait_timeout(task, 1) { //[fail]
        let _ = in_flight.wait(task); //[fail]
    if let Err(timed_out) = in_flight.wait_timeout(task, 1) { //[pass]
        let _ = timed_out.in_flight.wait(task); //[pass]
    }
}
