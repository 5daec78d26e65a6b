// SPDX-License-Identifier: GPL-2.0

//! A barrier for callbacks.
//!
//! `flush()` sends an *asynchronous* csd to each CPU, whose callback queues a lazy and a hard
//! irq_work there; it waits until all works have started, and then for a grace period. Then
//! everything that was queued before has returned, for these reasons:
//!
//! - *csd, and irq_works sent from other CPUs* (except threaded ones: on PREEMPT_RT they are put
//!   into `lazy_list` at once). They are in one list, `call_single_queue`. A CPU takes the whole
//!   list, and runs it in one region with interrupts off: first the entries with a waiter, then the
//!   others in the order in which they came. Such regions of a CPU exclude each other, so when our
//!   callback *starts*, those before it have returned. (For the callback of a waited call, which is
//!   run first, that does not hold.) A call to the caller's own CPU is not in the list, but runs in
//!   such a region too.
//! - *irq_works queued on the CPU itself.* They are in `raised_list` or `lazy_list`, which are
//!   taken as a whole too, but run in *reverse* order: when ours starts, those before it may still
//!   wait for their turn. But the rest of the list is run in the same region, and so is what was
//!   taken before: interrupts off, or on PREEMPT_RT the RCU read lock in `run_irq_workd()`. Either
//!   is an RCU reader that began before this function saw that ours has started. A grace period
//!   that begins then waits for it.
//! - *CPUs that go offline.* No CPU goes offline while this runs: `cpus_read_lock()`. A CPU that is
//!   offline has run its lists in `smpcfd_dying_cpu()`, except that of the thread of PREEMPT_RT;
//!   see [`flush()`].
//!
//! Two grace periods without works are not enough: a grace period waits neither for what is queued
//! nor for an IPI that is on its way.

use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*, //
};

use super::GracePeriod;
use crate::{
    calls::helpers,
    context::TaskContext,
    cpus,
    host,
    poll::Poll, //
};

/// Waits until each csd and each irq_work, of any owner and in any mode, that was queued on `cpus`
/// before has returned.
///
/// What was queued on a CPU that is offline has run before it went. This does not wait for what was
/// left behind there and runs when the CPU is back (crosscall refuses to queue such works, except
/// for threaded ones on PREEMPT_RT), nor for what callbacks queue in their turn, nor for deferred
/// work that has yet to be sent, see [`Work::flush`](crate::calls::deferred::Work::flush).
///
/// "Queued before" means that the function that queued it had returned. An attempt that was
/// coalesced counts as the one that it was coalesced with.
///
/// Costs an IPI and an interrupt on each CPU, isolated ones included; if the caller's own CPU is
/// one of them, also an IPI on another CPU, which sends that IPI. Only one flush runs at a time;
/// the others sleep.
///
/// # Errors
///
/// [`EPERM`]: interrupts or preemption are off, or this is an RCU read-side section, which is a bug
/// and reported (as far as the kernel's configuration can tell).
///
/// # Context
///
/// Process context, may sleep. Takes `cpus_read_lock()`: not from CPU hotplug callbacks. A caller
/// that holds a lock which some callback takes waits forever.
pub fn flush(cpus: &Cpumask, how: GracePeriod, task: &TaskContext) -> Result {
    flush_each(
        cpus::possible_cpus().filter(|&cpu| cpus.test(cpu)),
        how,
        task,
    )
}

/// [`flush()`] for one CPU.
///
/// # Errors
///
/// As [`flush()`].
pub fn flush_cpu(cpu: CpuId, how: GracePeriod, task: &TaskContext) -> Result {
    flush_each(core::iter::once(cpu), how, task)
}

/// [`flush()`] for all CPUs.
///
/// # Errors
///
/// As [`flush()`].
pub fn flush_all(how: GracePeriod, task: &TaskContext) -> Result {
    flush_each(cpus::possible_cpus(), how, task)
}

/// Flushes each of `cpus`, which has no CPU twice.
fn flush_each(cpus: impl Iterator<Item = CpuId>, how: GracePeriod, task: &TaskContext) -> Result {
    // Otherwise locks that sleep would turn interrupts on, or this would wait for itself, with CPU
    // hotplug waiting for it.
    if !task.may_sleep() {
        return Err(EPERM);
    }

    // SAFETY: Process context, interrupts are on. The end below is the other half of the pair.
    unsafe { helpers::rust_helper_flush_begin() };
    for cpu in cpus {
        // SAFETY: Between begin and end, once for each CPU, in process context.
        unsafe { helpers::rust_helper_flush_queue(cpu.as_u32()) };
    }
    let poll = Poll::new(task);
    // SAFETY: Between begin and end.
    while !unsafe { helpers::rust_helper_flush_has_started() } {
        poll.pause();
    }
    // After this the elements of the flush may be used again: `irq_work_single()` uses them once
    // more after their run.
    //
    // ORDERING: after `rust_helper_flush_has_started()`, which acquires. Litmus test:
    // quiesce-flush.
    how.wait(task);
    // SAFETY: Process context. This is the other half of the begin above, and all works of the
    // flush have ended.
    unsafe { helpers::rust_helper_flush_end() };
    host::flushed();
    Ok(())
}
