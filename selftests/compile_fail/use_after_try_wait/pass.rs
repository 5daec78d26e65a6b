// SPDX-License-Identifier: GPL-2.0

//! The error of a wait that was too early is the token.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(in_flight) = in_flight.try_wait() {
        let _ = in_flight.wait(task);
    }
}
