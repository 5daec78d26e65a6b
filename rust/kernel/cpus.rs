// SPDX-License-Identifier: GPL-2.0

//! Which CPUs are possible.

use kernel::{
    bindings,
    cpu::CpuId,
    cpumask::Cpumask, //
};

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
