// SPDX-License-Identifier: GPL-2.0

//! Counters per CPU, and the tracepoints beside them.

use kernel::{
    cpu::CpuId,
    error::Error,
    ffi::c_void, //
};

use super::helpers;

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

/// `call` could not be queued on `cpu`. Any context.
pub(crate) fn csd_refused(call: *const c_void, cpu: CpuId, error: Error) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_csd_count_refused(call, cpu.as_u32(), error.to_errno()) };
}

/// The callback of `call` is about to run here. Preemption is off.
#[inline]
pub(crate) fn csd_runs(call: *const c_void) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_csd_count_ran(call) };
}

/// The callback of a call or a work has returned.
#[inline]
pub(crate) fn has_run(object: *const c_void) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_csd_trace_done(object) };
}

/// A wait for a call to `cpu`, or for a work there, has timed out.
///
/// # Safety
///
/// `cpu` is possible.
pub(crate) unsafe fn stalled(cpu: u32) {
    // SAFETY: By the safety requirements.
    unsafe { helpers::rust_helper_csd_count_stalled(cpu) };
}

/// `work`, whose callback has the address `callback`, is about to be queued on `cpu`. Any context.
#[inline]
pub(crate) fn work_queued(work: *const c_void, cpu: CpuId, callback: *const c_void) {
    // SAFETY: The helper does not follow the pointers.
    unsafe { helpers::rust_helper_irq_work_count_queued(work, cpu.as_u32(), callback) };
}

/// `work` is pending already, and is to run once. Any context.
#[inline]
pub(crate) fn work_coalesced(work: *const c_void) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_irq_work_count_coalesced(work) };
}

/// `work` could not be queued on `cpu`. Any context.
pub(crate) fn work_refused(work: *const c_void, cpu: CpuId, error: Error) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_irq_work_count_refused(work, cpu.as_u32(), error.to_errno()) };
}

/// The callback of `work` is about to run here.
#[inline]
pub(crate) fn work_runs(work: *const c_void) {
    // SAFETY: The helper does not follow the pointer.
    unsafe { helpers::rust_helper_irq_work_count_ran(work) };
}

/// A handler was replaced.
pub(crate) fn handler_replaced() {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_quiesce_count_replaced() };
}

/// Somebody has flushed the callbacks of CPUs.
pub(crate) fn flushed() {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_quiesce_count_flushed() };
}
