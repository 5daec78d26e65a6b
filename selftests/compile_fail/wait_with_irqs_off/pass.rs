// SPDX-License-Identifier: GPL-2.0

//! With interrupts off one may ask whether a call has ended.

use crosscall::{
    context::IrqsOff,
    csd::{
        CsdPointer,
        InFlight, //
    },
};

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, cx: &IrqsOff) {
    drop(in_flight.try_wait());
}
