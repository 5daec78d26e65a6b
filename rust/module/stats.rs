// SPDX-License-Identifier: GPL-2.0

//! Counters per CPU: how often calls were queued, ran, were refused. And the tracepoints beside
//! them.

use kernel::{
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    str::CStr, //
};

use super::{
    helpers,
    origin::CodePtr, //
};

/// The counters of `enum crosscall_stat` in `rust/helpers/state.h`, with the names that reports
/// use.
pub(crate) fn all() -> impl Iterator<Item = (Stat, &'static CStr)> {
    (0..).map_while(|which| {
        // SAFETY: Always safe to call.
        let name = unsafe { helpers::rust_helper_stat_name(which) };
        // SAFETY: The name is not null, hence a string in C's static data.
        (!name.is_null()).then(|| (Stat(which), unsafe { CStr::from_char_ptr(name) }))
    })
}

/// One of the counters.
#[derive(Clone, Copy)]
pub(crate) struct Stat(u32);

/// Reads a counter; 0 for a CPU that is not possible. Not a snapshot of all CPUs at once.
pub(crate) fn read(cpu: CpuId, stat: Stat) -> usize {
    // SAFETY: `stat` is one of the counters, and the helper checks the CPU.
    unsafe { helpers::rust_helper_stat(cpu.as_u32(), stat.0) }
}

/// Counts `n` calls that this CPU has queued. Preemption is off.
#[inline]
pub(crate) fn csd_queued(n: i32) {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_csd_count_queued(n as usize) };
}

/// Counts that `call` could not be queued on `cpu`. Any context.
#[inline]
pub(crate) fn csd_refused(call: *const c_void, cpu: CpuId, error: Error) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_csd_count_refused(call, cpu.as_u32(), error.to_errno()) };
}

/// Counts that the callback of `call` is about to run here. Preemption is off.
#[inline]
pub(crate) fn csd_runs(call: *const c_void) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_csd_count_ran(call) };
}

/// Reports that the callback of a call or a work has returned.
#[inline]
pub(crate) fn has_run(object: *const c_void) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_csd_trace_done(object) };
}

/// Counts a wait for a call to `cpu`, or for a work there, that has timed out.
///
/// # Safety
///
/// The caller must ensure that `cpu` is possible.
#[inline]
pub(crate) unsafe fn stalled(cpu: u32) {
    // SAFETY: The caller promises that `cpu` is possible, so that it has a counter.
    unsafe { helpers::rust_helper_csd_count_stalled(cpu) };
}

/// Counts that `work` is about to be queued on `cpu`. Any context. `code` is that of its
/// callback, for tracing.
///
/// # Safety
///
/// The caller must ensure that `code` is from an [`Origin`](super::origin::Origin) that stays, and
/// must be an RCU reader.
#[inline]
pub(crate) unsafe fn work_queued(work: *const c_void, cpu: CpuId, code: CodePtr) {
    // SAFETY: The caller promises that `code` is valid for reads, and to be an RCU reader, as is
    // required of a reader of the vtable. The helper does not follow the other pointer.
    unsafe { helpers::rust_helper_irq_work_count_queued(work, cpu.as_u32(), code) };
}

/// Counts that `work` is pending already, and will run once. Any context.
#[inline]
pub(crate) fn work_coalesced(work: *const c_void) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_irq_work_count_coalesced(work) };
}

/// Counts that `work` could not be queued on `cpu`. Any context.
#[inline]
pub(crate) fn work_refused(work: *const c_void, cpu: CpuId, error: Error) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_irq_work_count_refused(work, cpu.as_u32(), error.to_errno()) };
}

/// Counts that the callback of `work` is about to run here.
#[inline]
pub(crate) fn work_runs(work: *const c_void) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_irq_work_count_ran(work) };
}

/// Counts a handler that was replaced.
#[inline]
pub(crate) fn handler_replaced() {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_quiesce_count_replaced() };
}

/// Counts a flush of the callbacks of CPUs.
#[inline]
pub(crate) fn flushed() {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_quiesce_count_flushed() };
}
