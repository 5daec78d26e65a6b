// SPDX-License-Identifier: GPL-2.0

//! Waiting for runs to end, and for everybody to look away.

use kernel::{
    bindings,
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
    /// Waits until every run that was claimed before has ended, or the limit is reached.
    pub(crate) fn sync(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        self.class.wait();
        let before = self.state.snapshot();
        let poll = Poll::within(limit, task);
        while !self.state.is_idle() {
            if poll.is_long() && self.state.started_since(before) {
                // Others queue it all the time, so that it may never be idle. Those that were
                // claimed before have started, and are RCU readers.
                return Self::wait_for_readers(limit, &poll, task);
            }
            poll.pause_within()?;
        }
        Ok(())
    }

    /// Waits for a grace period, or until the limit is reached.
    fn wait_for_readers(limit: Limit, poll: &Poll<'_>, task: &TaskContext) -> Result<(), GaveUp> {
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
        // Without a limit nobody gives up.
        let _ = self.wait_idle_within(Limit::None, task);
    }

    /// The same, or until the limit is reached.
    pub(super) fn wait_idle_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        self.wait_until(limit, task, &|| self.state.is_idle())
    }

    /// Counts a wait that has timed out, and says where the work is.
    pub(crate) fn timed_out(&self) -> Stall {
        // SAFETY: A work that was queued was queued on a possible CPU; else this is CPU 0.
        unsafe { host::stalled(self.cpu.load(ordering::Relaxed)) };
        self.stall()
    }

    /// Refuses everybody who wants to queue the work from now on (but see
    /// [`Self::queue_after_run`]), and waits until it is idle, which is for good then.
    pub(super) fn shutdown(&self, how: GracePeriod, task: &TaskContext) {
        // ORDERING: Who queues looks at this and claims the work in one section without preemption,
        // an RCU reader. After a grace period nobody is left who has not seen it, and the claims of
        // all who had not are visible.
        self.shut_down.store(true, ordering::Relaxed);
        how.wait(task);
        self.wait_idle(task);
    }

    /// Waits until `done` says that runs have ended, or the limit is reached.
    ///
    /// (Not generic: lockdep wants the name of a class at one address, which is in this crate.)
    pub(crate) fn wait_until(
        &self,
        limit: Limit,
        task: &TaskContext,
        done: &dyn Fn() -> bool,
    ) -> Result<(), GaveUp> {
        self.class.wait();
        let poll = Poll::within(limit, task);
        while !done() {
            poll.pause_within()?;
        }
        Ok(())
    }

    /// Waits until nobody looks at the work any more, and nobody will.
    ///
    /// # Safety
    ///
    /// The caller has the last handle, and drops none.
    pub(super) unsafe fn quiesce(&self, how: GracePeriod, task: &TaskContext) {
        self.closed.store(true, ordering::Release);
        self.wait_idle(task);
        how.wait(task);
        self.forget();
    }

    /// Nobody looks at the work any more; but its object may be shared.
    fn forget(&self) {
        self.entry.remove();
        self.shut_down.store(false, ordering::Relaxed);
        self.closed.store(false, ordering::Release);
    }

    /// # Safety
    ///
    /// `reap` is what [`Self::put`] gave to the reaper.
    unsafe fn of_reaper<'a>(reap: *mut bindings::llist_node) -> &'a Self {
        let offset = core::mem::offset_of!(Self, reap);
        // SAFETY: By the safety requirements.
        unsafe { &*reap.byte_sub(offset).cast::<Self>() }
    }
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`.
///
/// # Safety
///
/// `reap` is what [`RawIrqWork::put`] gave to the reaper.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_is_idle(reap: *mut bindings::llist_node) -> bool {
    // SAFETY: By the safety requirements.
    unsafe { RawIrqWork::of_reaper(reap) }.state.is_idle()
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// As above, once, after the work was idle and then a grace period.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_reap_one(reap: *mut bindings::llist_node) {
    // SAFETY: By the safety requirements.
    let raw = unsafe { RawIrqWork::of_reaper(reap) };
    // SAFETY: The reaper has it, until it is dropped.
    let (reap, callee) = unsafe { (raw.vtable().reap, raw.callee()) };
    let drop = || {
        raw.forget();
        // SAFETY: There is no handle, and no callback that could queue the work again: it is still
        // idle.
        unsafe { reap(raw) };
    };
    // SAFETY: What is dropped is `Send`.
    unsafe { host::drop_payload(callee, drop) };
}
