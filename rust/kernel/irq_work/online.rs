// SPDX-License-Identifier: GPL-2.0

//! Which CPUs run what is queued on them.

use kernel::cpu::CpuId;

use crate::helpers;

/// Whether `cpu` runs what is queued on it now, also if it goes offline next: an irq_work, or a
/// csd, which is never `threaded`. With preemption off the answer stays true until the queueing;
/// see `rust/helpers/irq_work.c`.
#[inline]
pub(crate) fn takes_works(cpu: CpuId, threaded: bool) -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_cpu_takes_irq_work(cpu.as_u32(), threaded) }
}
