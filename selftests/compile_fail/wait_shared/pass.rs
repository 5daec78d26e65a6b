// SPDX-License-Identifier: GPL-2.0

//! Whoever waits owns the right to wait.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        Idle,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) -> Idle<P> {
    in_flight.wait(task).0
}
