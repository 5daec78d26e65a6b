// SPDX-License-Identifier: GPL-2.0

//! Waiting until runs have ended, and until no CPU uses a work any more.

use kernel::{
    bindings,
    ffi::c_void,
    sync::atomic::ordering, //
};

use super::raw::RawIrqWork;
use crate::{
    context::TaskContext,
    grace_period::{
        self,
        GracePeriod, //
    },
    host::{
        self,
        Registered, //
    },
    poll::{
        GaveUp,
        Limit,
        Poll, //
    },
    stall::Stall, //
};

impl RawIrqWork {
    /// Waits until every run that was claimed before has ended.
    pub(super) fn sync(&self, task: &TaskContext) {
        // Without a limit this does not give up.
        let _ = self.sync_within(Limit::None, task);
    }

    /// Like [`Self::sync`], or until the limit is reached.
    #[inline]
    pub(super) fn sync_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        if self.is_over() {
            return Ok(());
        }
        self.sync_busy(limit, task)
    }

    /// Whether there is nothing to wait for. Lockdep gets to know of the wait in either case.
    fn is_over(&self) -> bool {
        self.class.wait();
        self.state.is_idle()
    }

    /// [`Self::sync_within`], for a work that is not idle.
    #[inline(never)]
    fn sync_busy(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        let before = self.state.snapshot();
        let poll = Poll::within(limit, task);
        while !self.state.is_idle() {
            if poll.is_long() && self.state.started_since(before) {
                // The work is queued all the time, so that it may never be idle. The runs that were
                // claimed before have started, and are RCU readers.
                return Self::wait_for_readers(limit, &poll, task);
            }
            poll.pause_within()?;
        }
        Ok(())
    }

    /// Waits for a grace period, or until the limit is reached.
    fn wait_for_readers(limit: Limit, poll: &Poll<'_>, task: &TaskContext) -> Result<(), GaveUp> {
        // ORDERING: after `started_since()`, which acquires: the runs that it has seen are readers
        // that began before the grace period. Litmus test: irq_work-started.
        if matches!(limit, Limit::None) {
            GracePeriod::Normal.wait(task);
            return Ok(());
        }
        let since = grace_period::start();
        while !grace_period::is_over(since) {
            poll.pause_within()?;
        }
        Ok(())
    }

    /// Waits until the work is idle. It stays so for a caller that has the only right to queue it.
    pub(super) fn wait_idle(&self, task: &TaskContext) {
        // Without a limit this does not give up.
        let _ = self.wait_idle_within(Limit::None, task);
    }

    /// Like [`Self::wait_idle`], or until the limit is reached.
    #[inline]
    pub(super) fn wait_idle_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        if self.is_over() {
            return Ok(());
        }
        poll_until(limit, task, &|| self.state.is_idle())
    }

    /// Counts a wait that has timed out, and says where the work is.
    pub(super) fn timed_out(&self) -> Stall {
        // SAFETY: `cpu` is possible: it is 0, or that of a run that was queued.
        unsafe { host::stalled(self.cpu.load(ordering::Relaxed)) };
        self.stall()
    }

    /// Refuses each attempt to queue the work from now on (except by [`Self::queue_after_run`]),
    /// and waits until it is idle. It stays idle.
    pub(super) fn shutdown(&self, how: GracePeriod, task: &TaskContext) {
        // ORDERING: Queuers test this and claim in one preempt-disabled section, which is an RCU
        // reader. After a grace period all queuers see it, and the claims of those that did not are
        // visible. Litmus test: irq_work-shutdown.
        self.shut_down.store(true, ordering::Relaxed);
        how.wait(task);
        self.wait_idle(task);
    }

    /// Waits until `done` returns true, or the limit is reached.
    ///
    /// (Not generic: lockdep wants the name of a class at one address, which is in this crate.)
    pub(super) fn wait_until(
        &self,
        limit: Limit,
        task: &TaskContext,
        done: &dyn Fn() -> bool,
    ) -> Result<(), GaveUp> {
        self.class.wait();
        if done() {
            return Ok(());
        }
        poll_until(limit, task, done)
    }

    /// Waits until no CPU uses the work any more, and none will.
    ///
    /// # Safety
    ///
    /// The caller must have the last handle, and must not drop it.
    pub(super) unsafe fn quiesce(&self, how: GracePeriod, task: &TaskContext) {
        // ORDERING: none needed, as in `put()`. C's last use of the work is over after the grace
        // period. Litmus tests: irq_work-closed, irq_work-freed.
        self.closed.store(true, ordering::Relaxed);
        self.wait_idle(task);
        how.wait(task);
        self.forget();
    }

    /// Makes the work a new one, after its last use: its object may be shared, and get another
    /// handle. It stays in the registry until it is dropped, since the module of its vtable may go
    /// before.
    fn forget(&self) {
        self.shut_down.store(false, ordering::Relaxed);
        self.closed.store(false, ordering::Relaxed);
    }

    /// By the pointer that [`Self::put`] gave to the reaper, all of the work's object may be used.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `reap` is what [`Self::put`] gave to the reaper.
    unsafe fn of_reaper(reap: *mut bindings::llist_node) -> *const Self {
        let offset = core::mem::offset_of!(Self, reap);
        // SAFETY: The caller promises that `reap` is from `put()`, hence a field of a `Self`.
        unsafe { reap.byte_sub(offset) }.cast()
    }
}

/// Looks again until `done` returns true, or the limit is reached.
///
/// Its callers have looked once: an event that is past costs neither a clock nor this call.
#[inline(never)]
fn poll_until(limit: Limit, task: &TaskContext, done: &dyn Fn() -> bool) -> Result<(), GaveUp> {
    let poll = Poll::within(limit, task);
    while !done() {
        poll.pause_within()?;
    }
    Ok(())
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`.
///
/// # Safety
///
/// The caller must be the reaper, with a `reap` that [`RawIrqWork::put`] gave to it.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_is_idle(reap: *mut bindings::llist_node) -> bool {
    // SAFETY: The caller promises that `reap` was given to the reaper, which has not dropped the
    // work yet.
    unsafe { (*RawIrqWork::of_reaper(reap)).state.is_idle() }
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// The caller must be the reaper, with `reaped` of its client, and with a `reap` that
/// [`RawIrqWork::put`] gave to it, once, after the work was idle and then a grace period.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_reap_one(reap: *mut bindings::llist_node, reaped: *mut c_void) {
    // SAFETY: The caller promises that `reap` was given to the reaper.
    let raw = unsafe { RawIrqWork::of_reaper(reap) };
    // SAFETY: The reaper has the work, and has not dropped it yet. Its module waits for the reaper,
    // so that the module is not gone.
    let (reap, callee) = unsafe { ((*raw).vtable().reap, (*raw).callee()) };
    let drop = || {
        // SAFETY: The work is not dropped yet.
        unsafe { (*raw).forget() };
        // SAFETY: There is no handle, and no callback that could queue the work again: it has been
        // idle since before the grace period. Its storage is of its vtable's type.
        unsafe { reap(raw) };
    };
    // SAFETY: What is dropped is `Send`: none of it relies on a guard. `reaped` is the client's.
    unsafe { host::drop_payload(reaped, callee, drop) };
}
