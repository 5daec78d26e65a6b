// SPDX-License-Identifier: GPL-2.0

//! Freeing it on purpose is fine.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    drop(in_flight.wait(task).0);
}
