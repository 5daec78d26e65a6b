// SPDX-License-Identifier: GPL-2.0

//! The attempts that the runs of a serial call have yet to account for.
//!
//! This file knows nothing of irq_work, so that a model checker on the host can compile the very
//! same source.
//!
//! | state   | attempts | right to queue and to run belongs to         | an attempt          |
//! |---------|----------|----------------------------------------------|---------------------|
//! | idle    | 0        | none                                         | gets that right     |
//! | pending | n > 0    | the attempt that was first, then its run     | is one more: `Busy` |
//! | running | n + m    | the run, which stands for n                  | is one more: `Busy` |
//!
//! There is one such right, which is passed on:
//!
//! ```text
//!          attempt(): true               enter(): n           exit(n): false, m = 0
//!   idle ------------------> pending ---------------> running ----------------------> idle
//!                               ^                        |
//!                               '------------------------'
//!                                 exit(n): true, m > 0: queue again
//! ```
//!
//! Hence runs never overlap, and the work that carries the call has no other claim: claiming that
//! takes a plain store. Each attempt is taken by one run, which finds it at its `enter()` and
//! subtracts it at its `exit()`. An attempt that comes in between is left, and causes another run.
//!
//! A bit for *pending* would suffice to coalesce attempts; a count costs no more, and also counts
//! them.

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

/// The upper bits count the runs that have ended, modulo 256, for [`State::ended_since`].
const RUN: u64 = 1 << 56;

/// The lower bits count the attempts. They cannot overflow: at one in 10 ns, which is more than one
/// cache line bears, a run would have to last for 22 years.
const ATTEMPTS: u64 = RUN - 1;

/// The state of a serial call.
pub(super) struct State(Atomic<u64>);

/// What [`State::ended_since`] compares with.
#[derive(Clone, Copy)]
pub(super) struct Snapshot(u64);

impl State {
    pub(super) const fn new() -> Self {
        Self(Atomic::new(0))
    }

    /// Asks for a run, on any CPU. Returns whether the caller must queue it.
    ///
    /// If not, a run will follow that sees what the caller wrote before.
    #[must_use = "a caller that gets the right must queue"]
    pub(super) fn attempt(&self) -> bool {
        // ORDERING: Full. The release half is what a refused caller relies on; pairs with
        // `enter()`, which reads from this write, or from that of a later attempt. (A test, or a
        // cmpxchg that fails, writes nothing that it could read from.) The acquire half is for the
        // caller that gets the right: the last run no longer uses what it queues; pairs with
        // `exit()`. Litmus tests: shared-busy, shared-right, shared-one-right.
        self.0.fetch_add(1, ordering::Full) & ATTEMPTS == 0
    }

    /// Begins a run. Returns how many attempts it stands for, and sees what they wrote before.
    pub(super) fn enter(&self) -> u64 {
        // ORDERING: Acquire, pairs with `attempt()`. No atomic operation: the run has the right,
        // and no other code subtracts. Litmus test: shared-busy.
        self.0.load(ordering::Acquire) & ATTEMPTS
    }

    /// Ends a run that stood for `attempts`. Returns whether the caller must queue another one.
    #[must_use = "a run that keeps the right must queue"]
    pub(super) fn exit(&self, attempts: u64) -> bool {
        // ORDERING: Full. The release half hands over what the run did, to the next one and to
        // `ended_since()`; pairs with `attempt()`. Litmus tests: shared-right, shared-seen.
        self.0.fetch_add(RUN - attempts, ordering::Full) & ATTEMPTS != attempts
    }

    /// Whether there are attempts that no run has accounted for: one is due or under way. A caller
    /// that gets false sees what the runs did.
    pub(super) fn is_pending(&self) -> bool {
        // ORDERING: Acquire, pairs with `exit()`. Litmus test: shared-seen.
        self.0.load(ordering::Acquire) & ATTEMPTS != 0
    }

    /// Remembers how many runs have ended, for [`Self::ended_since`].
    pub(super) fn snapshot(&self) -> Snapshot {
        // ORDERING: none needed; the value is not older than the attempts that the caller knows of,
        // which changed the same word. Litmus test: shared-ended.
        Snapshot(self.0.load(ordering::Relaxed))
    }

    /// Whether the runs that stand for the attempts before the snapshot have ended. More attempts
    /// may have been made since, so that the call need never be idle.
    ///
    /// A run that was under way at the snapshot need not stand for all of them: two have to end. If
    /// a multiple of 256 runs have ended, or one more, this returns false: the caller asks again.
    pub(super) fn ended_since(&self, before: Snapshot) -> bool {
        // ORDERING: Acquire, pairs with `exit()`. Litmus tests: shared-seen, shared-ended.
        let now = self.0.load(ordering::Acquire);
        let runs = (now - now % RUN).wrapping_sub(before.0 - before.0 % RUN) / RUN;
        now & ATTEMPTS == 0 || runs >= 2
    }
}
