// SPDX-License-Identifier: GPL-2.0

//! The error of a wait that has timed out holds the token.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(timed_out) = in_flight.wait_timeout(task, 1) {
        let _ = timed_out.in_flight.wait(task);
    }
}
