// SPDX-License-Identifier: GPL-2.0

//! Counters per CPU.

use kernel::cpu::CpuId;

use crate::helpers;

/// What is counted. The order is that of `enum crosscall_stat` in `rust/helpers/stats.c`.
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
    /// Works that this CPU queued.
    WorkQueued,
    /// Works that this CPU could not queue: they were pending, and are to run once.
    WorkCoalesced,
    /// Works that this CPU could not queue: the target was offline (`ENXIO`).
    WorkOffline,
    /// Works that this CPU could not queue: the caller's module was going (`ESHUTDOWN`), or the
    /// caller was in an NMI (`EPERM`).
    WorkRefused,
    /// Works that this CPU ran.
    WorkRan,
    /// Handlers that this CPU replaced.
    HandlerReplaced,
    /// Flushes that this CPU asked for, of any number of CPUs.
    Flushed,
}

/// Reads a counter; 0 for a CPU that is not possible. Not a snapshot of all CPUs at once.
pub(crate) fn read(cpu: CpuId, stat: Stat) -> usize {
    // SAFETY: `stat` is one of the counters, and the helper checks the CPU.
    unsafe { helpers::rust_helper_stat(cpu.as_u32(), stat as u32) }
}

/// All counters, with the names that reports use.
pub(crate) const ALL: [(Stat, &str); 13] = [
    (Stat::Queued, "queued"),
    (Stat::Ran, "ran"),
    (Stat::Busy, "busy"),
    (Stat::Offline, "offline"),
    (Stat::Refused, "refused"),
    (Stat::Stalled, "stalled"),
    (Stat::WorkQueued, "work_queued"),
    (Stat::WorkCoalesced, "work_coalesced"),
    (Stat::WorkOffline, "work_offline"),
    (Stat::WorkRefused, "work_refused"),
    (Stat::WorkRan, "work_ran"),
    (Stat::HandlerReplaced, "handler_replaced"),
    (Stat::Flushed, "flushed"),
];
