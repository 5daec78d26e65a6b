// SPDX-License-Identifier: GPL-2.0

//! How far a call to many CPUs is: the count of those that have yet to end, and the progress of
//! each.
//!
//! This file knows nothing of csds, so that a model checker on the host can compile the very same
//! source. The owner of the storage after the last CPU is up to
//! `call/state.rs`.
//!
//! | count   | CPUs that have yet to end   | the caller  | storage may be touched by           |
//! |---------|-----------------------------|-------------|-------------------------------------|
//! | -k <= 0 | all queued so far but k     | is queueing | the caller; each CPU, until it ends |
//! | n > 0   | n                           | has queued  | the n CPUs, each until it ends      |
//! | 0       | none                        | has queued  | the side that made it 0, once       |
//!
//! The caller adds the number of queued elements when it has queued all. Until then the count is
//! not positive, so that no CPU takes itself for the last: else the first one might end the call
//! before the second one is queued. Elements that cannot be queued are never added, and their
//! number need not be known before.
//!
//! | progress     | value  | result may be touched by         | written by                        |
//! |--------------|--------|----------------------------------|-----------------------------------|
//! | `NOT_ASKED`  | 0      | there is none                    | the token's holder                |
//! | -errno       | < 0    | there is none                    | the caller: it could not be queued|
//! | `QUEUED`     | 1      | the CPU                          | the caller, before it queues      |
//! | `RUNNING`    | 2      | the CPU                          | the CPU                           |
//! | `RAN`        | 3      | the token's holder, or reaper    | the CPU, after it wrote the result|
//! | `TOLD`       | 4      | the same                         | the token's holder                |

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

/// The number of CPUs that have yet to end. 0 between two calls.
pub(super) struct Countdown(Atomic<i32>);

impl Countdown {
    pub(super) fn new() -> Self {
        Self(Atomic::new(0))
    }

    /// Counts a CPU that has run its callback. If this returns true it was the last; else it must
    /// not touch the storage any more.
    #[must_use = "the last one ends the call"]
    pub(super) fn ran(&self) -> bool {
        // ORDERING: Full. The release half orders this CPU's result before the end of the call, the
        // acquire half orders those of all others before what the last one does; each pairs with
        // the other half in the CPUs that come before or after. Litmus tests: many-last,
        // many-counted, many-leaked.
        self.0.fetch_sub(1, ordering::Full) == 1
    }

    /// Adds the `n` CPUs that the caller has queued, when it has queued all. If this returns true
    /// they have run already, and the caller ends the call.
    #[must_use = "the last one ends the call"]
    pub(super) fn queued(&self, n: i32) -> bool {
        // ORDERING: Full, as in `ran()`. Litmus test: many-last.
        self.0.fetch_add(n, ordering::Full) == -n
    }
}

/// How far one CPU has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    NotAsked,
    /// With the negative errno.
    Refused(i32),
    Queued,
    Running,
    /// There is a result.
    Ran {
        /// Whether the holder of the token has got the result from `wait_any()`.
        told: bool,
    },
}

const NOT_ASKED: i32 = 0;
const QUEUED: i32 = 1;
const RUNNING: i32 = 2;
const RAN: i32 = 3;
const TOLD: i32 = 4;

/// The word that holds a [`Step`].
pub(super) struct Progress(Atomic<i32>);

impl Progress {
    pub(super) fn new() -> Self {
        Self(Atomic::new(NOT_ASKED))
    }

    /// By the holder of `Idle`, or by the code that has taken the result.
    pub(super) fn forget(&self) {
        self.0.store(NOT_ASKED, ordering::Relaxed);
    }

    /// By the caller, before it queues.
    pub(super) fn ask(&self) {
        // ORDERING: none needed; the `llist_add()` that follows is fully ordered. Litmus test:
        // call-start.
        self.0.store(QUEUED, ordering::Relaxed);
    }

    /// By the caller, after C has refused the csd.
    pub(super) fn refuse(&self, errno: i32) {
        self.0.store(errno, ordering::Relaxed);
    }

    /// By the CPU, before the callback. For reports.
    pub(super) fn run(&self) {
        self.0.store(RUNNING, ordering::Relaxed);
    }

    /// By the CPU, when it has written the result.
    pub(super) fn ran(&self) {
        // ORDERING: Release pairs with `step()`: a waiter that sees this may read the result before
        // the call has ended everywhere. Litmus test: many-step.
        self.0.store(RAN, ordering::Release);
    }

    /// By the holder of the token, after it has seen that the CPU ran.
    pub(super) fn tell(&self) {
        self.0.store(TOLD, ordering::Relaxed);
    }

    pub(super) fn step(&self) -> Step {
        // ORDERING: Acquire pairs with `ran()`. Litmus test: many-step.
        match self.0.load(ordering::Acquire) {
            NOT_ASKED => Step::NotAsked,
            QUEUED => Step::Queued,
            RUNNING => Step::Running,
            RAN => Step::Ran { told: false },
            TOLD => Step::Ran { told: true },
            errno => Step::Refused(errno),
        }
    }
}
