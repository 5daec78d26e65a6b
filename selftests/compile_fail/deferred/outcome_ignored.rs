// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: unused `Outcome` that must be used
//! The CPU may be offline, and then nothing will run.
//! pass: The caller looks at it.

include!("common/names.rs");

pub fn queue<T: Deferred>(work: &Work<T>, cpu: CpuId) -> bool {
    work.queue_on(cpu); //[fail]
    true //[fail]
    let outcome = work.queue_on(cpu); //[pass]
    outcome.is_accepted() //[pass]
}
