// SPDX-License-Identifier: GPL-2.0

//! The caller looks at it.

use crosscall::deferred::{
    Deferred,
    Work, //
};
use kernel::cpu::CpuId;

pub fn queue<T: Deferred>(work: &Work<T>, cpu: CpuId) -> bool {
    let outcome = work.queue_on(cpu);
    outcome.is_accepted()
}
