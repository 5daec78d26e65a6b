// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! Two tasks that wait for one run would both own its result.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        Idle,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: &InFlight<P>, task: &TaskContext) -> Idle<P> {
    in_flight.wait(task).0
}
