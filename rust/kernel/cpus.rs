// SPDX-License-Identifier: GPL-2.0

//! Which CPUs are possible.

use kernel::{
    bindings,
    cpu::CpuId,
    cpumask::Cpumask, //
};

use crate::helpers;

/// Whether a CPU can ever come online.
pub(crate) fn is_possible(cpu: CpuId) -> bool {
    // SAFETY: The mask is a static of the kernel, valid for good, and does not change after boot.
    unsafe { Cpumask::from_raw(&raw const bindings::__cpu_possible_mask) }.test(cpu)
}

/// The CPUs that can ever come online.
pub(crate) fn possible_cpus() -> impl Iterator<Item = CpuId> {
    (0..kernel::cpu::nr_cpu_ids())
        .filter_map(CpuId::from_u32)
        .filter(|&cpu| is_possible(cpu))
}

/// Whether `cpu` runs what is queued on it now, also if it goes offline next: an irq_work, or a
/// csd, which is never `threaded`. With preemption off the answer stays true until the queueing;
/// see `rust/helpers/irq_work.c`.
#[cfg(not(crosscall_upstream))]
#[inline]
pub(crate) fn takes_irq_work(cpu: CpuId, threaded: bool) -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_cpu_takes_irq_work(cpu.as_u32(), threaded) }
}
