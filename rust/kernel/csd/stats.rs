// SPDX-License-Identifier: GPL-2.0

//! Counters per CPU.

use core::fmt;
use kernel::cpu::CpuId;

use crate::helpers;

/// What is counted. The order is that of `enum csd_stat` in `rust/helpers/stats.c`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Stat {
    /// Calls that this CPU queued.
    Queued,
    /// Callbacks that this CPU ran.
    Ran,
    /// Calls that this CPU could not queue: the csd was in use (`EBUSY`).
    Busy,
    /// Calls that this CPU could not queue: the target was offline (`ENXIO`).
    Offline,
    /// Calls that this CPU could not queue: the caller's module was going (`ESHUTDOWN`).
    Refused,
    /// Waits for a call to this CPU that timed out.
    Stalled,
}

/// Reads a counter. Not a snapshot of all CPUs at once.
pub(crate) fn read(cpu: CpuId, stat: Stat) -> usize {
    // SAFETY: A `CpuId` is below `nr_cpu_ids` and `stat` is one of the counters; per-CPU memory of
    // a CPU that is not possible is never written but may be read.
    unsafe { helpers::rust_helper_csd_stat(cpu.as_u32(), stat as u32) }
}

/// Writes a table with a row for each possible CPU.
pub(crate) fn write_table(f: &mut impl fmt::Write) -> fmt::Result {
    const ALL: [Stat; 6] = [
        Stat::Queued,
        Stat::Ran,
        Stat::Busy,
        Stat::Offline,
        Stat::Refused,
        Stat::Stalled,
    ];

    writeln!(f, "cpu queued ran busy offline refused stalled")?;
    for cpu in super::possible_cpus() {
        write!(f, "{}", cpu.as_u32())?;
        for stat in ALL {
            write!(f, " {}", read(cpu, stat))?;
        }
        writeln!(f)?;
    }
    Ok(())
}
