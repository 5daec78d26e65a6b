// SPDX-License-Identifier: GPL-2.0

//! Waiting for what takes a few microseconds, as a rule.

use kernel::time::{
    delay::fsleep,
    Delta, //
};

use crate::{
    clock::now_ns,
    context::TaskContext, //
};

/// As long as a callback should take at most.
const SPIN_US: u64 = 20;

/// From then on it is not worth while to look often.
const NAP_US: u64 = 2_000;

/// Pauses between two looks at a state that some other CPU changes.
///
/// Nobody wakes a poller: that would cost the callback, which runs in interrupt context, more than
/// it costs a waiter to look again. `irq_work_sync()` polls too, and never sleeps where works are
/// not threaded.
pub(crate) struct Poll<'a> {
    task: &'a TaskContext,
    since_ns: u64,
}

impl<'a> Poll<'a> {
    pub(crate) fn new(task: &'a TaskContext) -> Self {
        Self {
            task,
            since_ns: now_ns(),
        }
    }

    fn waited_us(&self) -> u64 {
        now_ns().saturating_sub(self.since_ns) / 1000
    }

    /// Whether this takes longer than callbacks do.
    pub(crate) fn is_long(&self) -> bool {
        self.waited_us() > NAP_US
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
