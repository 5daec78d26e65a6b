// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! Two tasks that wait for one run would both own its result.
//! pass: The task that waits owns the right to wait.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: &InFlight<P>, task: &TaskContext) -> Idle<P> { //[fail]
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) -> Idle<P> { //[pass]
    in_flight.wait(task).0
}
