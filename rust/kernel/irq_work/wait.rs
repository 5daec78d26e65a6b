// SPDX-License-Identifier: GPL-2.0

//! Waiting for runs to end, and for everybody to look away.

use kernel::{
    bindings,
    sync::atomic::ordering, //
};

use super::raw::RawIrqWork;
use crate::{
    context::{
        run_balanced,
        TaskContext, //
    },
    poll::Poll, //
};

impl RawIrqWork {
    /// Waits until every run that was claimed before has ended.
    pub(super) fn sync(&self, task: &TaskContext) {
        self.class.wait();
        let before = self.state.snapshot();
        let poll = Poll::new(task);
        while !self.state.is_idle() {
            if poll.is_long() && self.state.started_since(before) {
                // Others queue it all the time, so that it may never be idle. Those that were
                // claimed before have started, and are RCU readers.
                return task.grace_period();
            }
            poll.pause();
        }
    }

    /// Waits until the work is idle. It stays so for who has the only right to queue it.
    pub(super) fn wait_idle(&self, task: &TaskContext) {
        self.wait_until(task, &|| self.state.is_idle());
    }

    /// Refuses everybody who wants to queue the work from now on (but see
    /// [`Self::queue_after_run`]), and waits until it is idle, which is for good then.
    pub(super) fn shutdown(&self, task: &TaskContext) {
        // ORDERING: Who queues looks at this and claims the work in one section without preemption,
        // an RCU reader. After a grace period nobody is left who has not seen it, and the claims of
        // all who had not are visible.
        self.shut_down.store(true, ordering::Relaxed);
        task.grace_period();
        self.wait_idle(task);
    }

    /// Waits until `done` says that runs have ended.
    pub(crate) fn wait_until(&self, task: &TaskContext, done: &dyn Fn() -> bool) {
        self.class.wait();
        let poll = Poll::new(task);
        while !done() {
            poll.pause();
        }
    }

    /// Waits until nobody looks at the work any more, and nobody will.
    ///
    /// # Safety
    ///
    /// The caller has the last handle, and drops none.
    pub(super) unsafe fn quiesce(&self, task: &TaskContext) {
        self.closed.store(true, ordering::Release);
        self.wait_idle(task);
        task.grace_period();
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
    // SAFETY: By the safety requirements. There is no handle, and no callback that could queue the
    // work again: it is still idle.
    unsafe {
        let raw = RawIrqWork::of_reaper(reap);
        let (reap, callee) = (raw.vtable.reap, raw.callee());
        raw.forget();
        run_balanced(false, || callee, || reap(raw));
    }
}
