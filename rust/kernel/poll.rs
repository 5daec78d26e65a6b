// SPDX-License-Identifier: GPL-2.0

//! Waiting for what takes a few microseconds, as a rule.

use kernel::time::{
    delay::fsleep,
    Delta, //
};

use crate::{
    clock::{
        jiffies,
        now_ns, //
    },
    context::TaskContext, //
};

/// As long as a callback should take at most.
const SPIN_US: u64 = 20;

/// From then on it is not worth while to look often.
const NAP_US: u64 = 2_000;

/// When a waiter gives up.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// Never.
    None,
    /// When its task has got a fatal signal.
    Killed,
    /// After so many jiffies.
    Timeout(usize),
}

impl Limit {
    /// Whether a wait that began at `since`, in jiffies, is over.
    pub(crate) fn is_reached(self, since: usize, task: &TaskContext) -> bool {
        match self {
            Self::None => false,
            Self::Killed => task.is_killed(),
            // Where interrupts are off time may stand still.
            Self::Timeout(timeout) => jiffies().wrapping_sub(since) >= timeout || !task.may_sleep(),
        }
    }
}

/// What was waited for has not come before the limit.
#[derive(Debug)]
pub(crate) struct GaveUp;

/// Pauses between two looks at a state that some other CPU changes.
///
/// Nobody wakes a poller: that would cost the callback, which runs in interrupt context, more than
/// it costs a waiter to look again. `irq_work_sync()` polls too, and never sleeps where works are
/// not threaded.
pub(crate) struct Poll<'a> {
    task: &'a TaskContext,
    since_ns: u64,
    since: usize,
    limit: Limit,
}

impl<'a> Poll<'a> {
    /// Begins a wait that lasts until what it waits for has come.
    pub(crate) fn new(task: &'a TaskContext) -> Self {
        Self::within(Limit::None, task)
    }

    /// Begins a wait that may end before, see [`Self::pause_within`].
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

    /// Whether this takes longer than callbacks do.
    pub(crate) fn is_long(&self) -> bool {
        self.waited_us() > NAP_US
    }

    /// Like [`Self::pause`], unless the limit is reached. (Nobody need wake the waiter for a
    /// signal: it looks each millisecond.)
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
        // On PREEMPT_RT the callback may be a thread that cannot run as long as we do: no longer.
        if waited_us <= SPIN_US || !self.task.may_sleep() {
            core::hint::spin_loop();
        } else if waited_us <= NAP_US {
            fsleep(Delta::from_micros(50));
        } else {
            fsleep(Delta::from_millis(1));
        }
    }
}
