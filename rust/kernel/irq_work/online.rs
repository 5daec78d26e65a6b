// SPDX-License-Identifier: GPL-2.0

//! Which CPUs run what is queued on them.

use kernel::cpu::CpuId;

use crate::helpers;

/// Whether `cpu` runs what is queued on it now, also if it goes offline next: an irq_work, or what
/// else an interrupt carries, which is never `threaded`. With preemption off the answer stays true
/// until the queueing: CPU hotplug waits for that. (In an NMI that hits a CPU in `stop_machine()`
/// it may not; but what an NMI may do does not depend on another CPU.)
///
/// A work that is left behind would not run before the CPU is back. Worse, with one in
/// `raised_list` no later one raises an interrupt: no irq_work at all would run on that CPU. It is
/// no longer online when `smpcfd_dying_cpu()` runs the works for the last time. The irq_work thread
/// of PREEMPT_RT is parked long before, after `sched_cpu_deactivate()` has waited for a grace
/// period. (When the CPU comes up the thread is back before the CPU is active: in between works are
/// refused that it would have run.)
#[inline]
pub(crate) fn takes_works(cpu: CpuId, threaded: bool) -> bool {
    let cpu = cpu.as_u32();
    // SAFETY: Always safe to call with the number of a CPU.
    unsafe {
        if threaded {
            helpers::rust_helper_cpu_active(cpu)
        } else {
            helpers::rust_helper_cpu_online(cpu)
        }
    }
}
