// SPDX-License-Identifier: GPL-2.0

//! Polling for events that take a few microseconds, as a rule.

use crate::{
    clock::now_ns,
    context::TaskContext,
    helpers,
    jiffies::jiffies, //
};

pub(crate) use crate::limit::Limit;

/// The longest time that a callback should take: until then a waiter spins.
const SPIN_US: u64 = 20;

/// After this time a waiter polls each millisecond.
const NAP_US: u64 = 2_000;

/// The limit of a wait was reached.
#[derive(Debug)]
pub(crate) struct GaveUp;

impl Limit {
    /// Whether a wait that began at `since`, in jiffies, is over.
    pub(crate) fn is_reached(self, since: usize, task: &TaskContext) -> bool {
        match self {
            Self::None => false,
            Self::Killed => task.is_killed(),
            // Where interrupts are off `jiffies` may stand still.
            Self::Timeout(timeout) => jiffies().wrapping_sub(since) >= timeout || !task.may_sleep(),
        }
    }
}

/// Pauses between two reads of a state that another CPU changes.
///
/// A poller is not woken: that would cost the callback, which runs in interrupt context, more than
/// polling costs the waiter. `irq_work_sync()` polls too, and never sleeps where works are not
/// threaded.
pub(crate) struct Poll<'a> {
    task: &'a TaskContext,
    since_ns: u64,
    since: usize,
    limit: Limit,
}

impl<'a> Poll<'a> {
    /// Begins a wait without a limit.
    pub(crate) fn new(task: &'a TaskContext) -> Self {
        Self::within(Limit::None, task)
    }

    /// Begins a wait with a limit, see [`Self::pause_within`].
    pub(crate) fn within(limit: Limit, task: &'a TaskContext) -> Self {
        Self {
            task,
            since_ns: now_ns(),
            since: jiffies(),
            limit,
        }
    }

    fn waited_us(&self) -> u64 {
        now_ns().saturating_sub(self.since_ns) / 1000
    }

    /// Whether the wait has taken longer than callbacks do.
    pub(crate) fn is_long(&self) -> bool {
        self.waited_us() > NAP_US
    }

    /// Like [`Self::pause`], unless the limit is reached. (A signal need not wake the waiter: it
    /// polls each millisecond.)
    pub(crate) fn pause_within(&self) -> Result<(), GaveUp> {
        if self.limit.is_reached(self.since, self.task) {
            return Err(GaveUp);
        }
        self.pause();
        Ok(())
    }

    /// Spins at first, then sleeps.
    pub(crate) fn pause(&self) {
        let waited_us = self.waited_us();
        // On PREEMPT_RT the callback may run in a thread that cannot run while this task spins:
        // hence no longer than this.
        if waited_us <= SPIN_US || !self.task.may_sleep() {
            core::hint::spin_loop();
        } else {
            let us = if waited_us <= NAP_US { 50 } else { 1_000 };
            // SAFETY: `may_sleep()` has just said so.
            unsafe { nap(us) };
        }
    }
}

/// Sleeps for `us` microseconds, or less.
///
/// # Safety
///
/// The caller must be allowed to sleep.
#[inline]
pub(crate) unsafe fn nap(us: u32) {
    // SAFETY: The caller promises that it may sleep.
    unsafe { helpers::rust_helper_nap(us) };
}
