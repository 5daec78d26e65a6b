// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: dropping this drops the call
//! What comes back from a wait owns the call, which should not be freed by
//! accident.
//! pass: Freeing it on purpose is fine.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    in_flight.wait(task).0; //[fail]
    drop(in_flight.wait(task).0); //[pass]
}
