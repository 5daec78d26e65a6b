// SPDX-License-Identifier: GPL-2.0

//! Whether a work is pending, and how many CPUs run it.
//!
//! This file knows nothing of irq_work, so that a model checker on the host can compile the very
//! same source.
//!
//! | state             | `pending` | running | may be queued by     | next                    |
//! |-------------------|-----------|---------|----------------------|-------------------------|
//! | idle              | 0         | 0       | any CPU              | pending                 |
//! | pending           | 1         | 0       | it will run anyway   | running                 |
//! | running           | 0         | n > 0   | any CPU              | pending too, or idle    |
//! | running + pending | 1         | n > 0   | it will run anyway   | running on n + 1 CPUs   |
//!
//! C has these states in one word, with one `BUSY` bit for all CPUs that run the work: the first
//! of them to end clears it under the others, which is why `irq_work_sync()` may return early.
//! Here they are counted.
//!
//! Both words change in an order that a reader relies on: a run counts itself *before* it clears
//! `pending`, and may set `pending` again before it has ended. Hence [`State::is_idle`] reads the
//! count both before and after `pending`:
//!
//! - if `pending` was set when the count was first read and is clear later, a run has started
//!   meanwhile, and the second value differs from the first;
//! - if it was clear, and nothing ran, there was no callback to set it.
//!
//! Reading each word once, in either order, is not enough: that misses either the run that clears
//! `pending` or the one that sets it.

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

/// Counts a CPU that runs the work, in the lower half of `runs`.
const RUN: u32 = 1;

/// Counts the runs that have started, in the upper half. It may wrap: see [`State::started_since`].
const START: u32 = 1 << 16;

const RUNNING: u32 = START - 1;

/// The state of a work.
pub(super) struct State {
    pending: Atomic<bool>,
    runs: Atomic<u32>,
}

/// What [`State::started_since`] compares with.
#[derive(Clone, Copy)]
pub(super) struct Snapshot(u32);

impl State {
    pub(super) const fn new() -> Self {
        Self {
            pending: Atomic::<bool>::new(false),
            runs: Atomic::new(0),
        }
    }

    /// Asks for a run, on any CPU. Returns whether the caller must queue the work.
    ///
    /// If not, the run to come sees what the caller wrote before.
    #[must_use = "a caller that claims must queue"]
    pub(super) fn claim(&self) -> bool {
        // ORDERING: Full, pairs with `enter()`: the run that clears the flag which this found set
        // reads from the write here, or from a later one, and hence is ordered after it. A plain
        // test would be cheaper if the flag is set, and wrong: it orders nothing. Litmus tests:
        // irq_work-refused, irq_work-claimed.
        !self.pending.xchg(true, ordering::Full)
    }

    /// Like [`Self::claim`], without an atomic operation: the caller has the only right to claim,
    /// and what gave it that orders the last run before this.
    pub(super) fn claim_exclusive(&self) {
        // ORDERING: none needed; the atomic operations of the queueing that follows are fully
        // ordered. Litmus tests: irq_work-exclusive, irq_work-closed.
        self.pending.store(true, ordering::Relaxed);
    }

    /// Begins a run. The work may be claimed again from here on.
    pub(super) fn enter(&self) {
        // ORDERING: Relaxed, before the exchange, which is fully ordered. Litmus test:
        // irq_work-idle.
        self.runs.fetch_add(RUN + START, ordering::Relaxed);
        // ORDERING: Full, pairs with `claim()`. Its acquire half is what a refused caller relies
        // on, its release half makes the count visible to a reader that sees the flag clear. Litmus
        // tests: irq_work-refused, irq_work-idle.
        self.pending.xchg(false, ordering::Full);
    }

    /// Like [`Self::enter`], without an atomic operation, for a work that only one CPU can run at a
    /// time and that does not queue itself. (Its starts need not be counted: it is not claimed
    /// before it has ended.)
    pub(super) fn enter_exclusive(&self) {
        self.runs.store(RUN, ordering::Relaxed);
        // ORDERING: Release orders the count before the flag, as in `enter()`. Litmus test:
        // irq_work-exclusive.
        self.pending.store(false, ordering::Release);
    }

    /// Ends a run.
    pub(super) fn exit(&self) {
        // ORDERING: Release, pairs with `is_idle()`. If several CPUs end, each reads from the one
        // before, and the last one carries the writes of all. Litmus tests: irq_work-idle,
        // irq_work-idle-two.
        self.runs.fetch_sub(RUN, ordering::Release);
    }

    /// Ends a run that began with [`Self::enter_exclusive`].
    pub(super) fn exit_exclusive(&self) {
        // ORDERING: Release, as in `exit()`. Litmus test: irq_work-exclusive.
        self.runs.store(0, ordering::Release);
    }

    /// Whether the work was idle at one moment of this call. A caller that gets true sees all that
    /// its runs did; and if only callbacks can queue the work, it stays idle.
    pub(super) fn is_idle(&self) -> bool {
        // ORDERING: Acquire, in this order; pairs with `enter()` and `exit()`. (If so many runs
        // start in between that the count wraps, all that was claimed before this call has still
        // ended: `pending` was clear, and none ran. A caller that needs more than that has the only
        // right to claim.) Litmus tests: irq_work-idle, irq_work-idle-two, irq_work-closed.
        let before = self.runs.load(ordering::Acquire);
        before & RUNNING == 0
            && !self.pending.load(ordering::Acquire)
            && self.runs.load(ordering::Acquire) == before
    }

    /// Whether a run is under way.
    pub(super) fn is_running(&self) -> bool {
        // ORDERING: Acquire, pairs with `exit()`. Litmus test: irq_work-idle.
        self.runs.load(ordering::Acquire) & RUNNING != 0
    }

    /// Whether a run is yet to begin. A caller that gets false, and then from [`Self::is_running`]
    /// too, sees what the runs did that were claimed before.
    pub(super) fn is_pending(&self) -> bool {
        // ORDERING: Acquire, pairs with `enter()`: where the flag is clear the run has been
        // counted. Litmus test: irq_work-idle.
        self.pending.load(ordering::Acquire)
    }

    /// Remembers how many runs have started, for [`Self::started_since`].
    pub(super) fn snapshot(&self) -> Snapshot {
        // ORDERING: none needed. A run that was claimed before this comes after the last run that
        // started before the claim: `claim()` has read from its exchange, and so sees its count.
        // (`claim_exclusive()` has not; a serial call is waited for by its attempts.) Litmus test:
        // irq_work-started.
        Snapshot(self.runs.load(ordering::Relaxed) & !RUNNING)
    }

    /// Whether all runs that were claimed before the snapshot have started, at least.
    ///
    /// More runs may have been claimed since, so that the work need never be idle. If so many runs
    /// have started that the count has wrapped to the same value, this returns false: the caller
    /// asks again.
    pub(super) fn started_since(&self, before: Snapshot) -> bool {
        // ORDERING: Acquire, before the grace period that the caller then waits for; that one makes
        // visible what the runs did. Litmus test: irq_work-started.
        !self.pending.load(ordering::Acquire)
            || self.runs.load(ordering::Acquire) & !RUNNING != before.0
    }
}
