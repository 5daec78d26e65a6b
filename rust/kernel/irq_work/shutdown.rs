// SPDX-License-Identifier: GPL-2.0

//! What only the module's works have: waits with a limit, and the end of a work.

use core::mem::ManuallyDrop;
use kernel::{
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    pointer::SharedPointer,
    GracePeriod,
    Handle,
    Stall, //
};
use crate::{
    context::TaskContext,
    poll::{
        GaveUp,
        Limit, //
    },
};

impl<P: SharedPointer> Handle<P> {
    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.raw().class.set(key);
        self
    }

    /// Like [`Self::sync`], but gives up after `timeout` and says where the work is stuck.
    ///
    /// # Errors
    ///
    /// The report, as an [`Error`] `ETIMEDOUT`. The counter `stalled` of the CPU that the work was
    /// last queued on goes up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_timeout(&self, task: &TaskContext, timeout: Jiffies) -> Result<(), Stall> {
        self.raw()
            .sync_within(Limit::Timeout(timeout), task)
            .map_err(|GaveUp| self.raw().timed_out())
    }

    /// Like [`Self::sync`], but gives up when the task gets a fatal signal.
    ///
    /// # Errors
    ///
    /// [`EINTR`]: it got one.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_killable(&self, task: &TaskContext) -> Result {
        self.raw()
            .sync_within(Limit::Killed, task)
            .map_err(|GaveUp| EINTR)
    }

    /// Whether a run is yet to begin. A snapshot. (A work that runs and was not queued again is not
    /// pending; [`Self::sync`] waits for it.) C function: `irq_work_is_pending()`.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn is_pending(&self) -> bool {
        self.raw().is_pending()
    }

    /// Sleeps until no callback runs and none will, although other handles may exist: from now on
    /// each attempt to queue the work is refused, the callback's own too.
    ///
    /// Call this before freeing what the callback uses and the object does not own: dropping
    /// handles never waits, and a pending work still runs after the last one. The work stays shut
    /// down, except that an object which is taken back may be given a new handle. Any number of
    /// tasks may call this. It waits for a grace period and for pending runs. Lockdep reports what
    /// it reports for [`Self::sync`]. C has no such function for irq_work; `timer_shutdown_sync()`
    /// is that of timers.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn shutdown(&self, task: &TaskContext) {
        self.shutdown_with(GracePeriod::Normal, task);
    }

    /// [`Self::shutdown`], with a grace period of the caller's choice.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn shutdown_with(&self, how: GracePeriod, task: &TaskContext) {
        self.raw().shutdown(how, task);
    }

    /// Takes the object back, after waiting until no CPU uses its irq_work any more.
    ///
    /// # Safety
    ///
    /// The caller must ensure that this is the only handle.
    pub(super) unsafe fn into_pointer(self, how: GracePeriod, task: &TaskContext) -> P {
        let this = ManuallyDrop::new(self);
        // SAFETY: The caller promises that this is the only handle; it is not dropped, so that its
        // pointer is ours and is taken back once.
        unsafe {
            this.raw().quiesce(how, task);
            P::from_raw(this.object())
        }
    }
}
