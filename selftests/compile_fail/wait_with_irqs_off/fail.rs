// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! The token of a callback is not the right to sleep.

use crosscall::{
    context::IrqsOff,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, cx: &IrqsOff) {
    drop(in_flight.wait(cx));
}
