// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! A wait with a timeout may have ended the call: whether there is still a right to wait is known
//! from its result only.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(_timed_out) = in_flight.wait_timeout(task, 1) {
        let _ = in_flight.wait(task);
    }
}
