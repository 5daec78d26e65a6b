// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! Two CPUs that queue one call race with each other in the plain test-then-set
//! of `smp_call_function_single_async()`. A shared reference to the right does
//! not do.
//! pass: The caller that queues owns the right.

include!("common/names.rs");

pub fn queue<P: CsdPointer>(idle: &Idle<P>, cpu: CpuId) -> Result<InFlight<P>> { //[fail]
pub fn queue<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> { //[pass]
    Ok(idle.call_on(cpu)?)
}
