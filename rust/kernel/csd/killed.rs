// SPDX-License-Identifier: GPL-2.0

use kernel::{
    bindings,
    prelude::*, //
};

use super::raw::RawCsd;
use crate::{
    clock::jiffies,
    context::TaskContext,
    poll::Limit, //
};

/// A wait that has ended because its task is to die. As an [`Error`] it is `EINTR`.
#[must_use = "the token is in here"]
pub struct Killed<T> {
    /// The right to go on waiting, or to give the call up.
    pub in_flight: T,
}

impl<T> From<Killed<T>> for Error {
    fn from(_: Killed<T>) -> Self {
        EINTR
    }
}

impl RawCsd {
    /// Like [`Self::wait`], but gives up when the task gets a fatal signal. Returns whether the
    /// callback has returned.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(crate) unsafe fn wait_killable(&self, task: &TaskContext) -> bool {
        self.class.wait();
        if task.may_sleep() {
            // SAFETY: `done` is initialised. 0 means that `complete()` has let go of its lock.
            return unsafe { bindings::wait_for_completion_killable(self.done.get()) == 0 };
        }
        // SAFETY: Our caller holds the token.
        while !unsafe { self.try_wait() } {
            if Limit::Killed.is_reached(jiffies(), task) {
                return false;
            }
            core::hint::spin_loop();
        }
        true
    }
}
