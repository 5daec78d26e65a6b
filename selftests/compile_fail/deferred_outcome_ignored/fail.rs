// SPDX-License-Identifier: GPL-2.0

//! expect: unused_must_use
//! expect-text: unused `Outcome` that must be used
//!
//! The CPU may be offline, and then nothing will run.

use crosscall::deferred::{
    Deferred,
    Work, //
};
use kernel::cpu::CpuId;

pub fn queue<T: Deferred>(work: &Work<T>, cpu: CpuId) -> bool {
    work.queue_on(cpu);
    true
}
