// SPDX-License-Identifier: GPL-2.0

//! How far a call to many CPUs is: the count of those that have yet to end, and the progress of
//! each.
//!
//! This file knows nothing of csds. The owner of the storage after the last CPU is up to
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
//! The holder of the token may put a mark above the count before it sleeps, a number of CPUs. The
//! one CPU that finds the count at the mark and makes it less wakes the holder. Until then the
//! holder keeps the storage. No other CPU wakes it.
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

/// The number of CPUs that have yet to end, and above it the mark of the holder of the token. 0
/// between two calls.
pub(super) struct Countdown(Atomic<i32>);

/// A mark of 1. There are fewer CPUs than this, and not more than [`MOST_CPUS`].
const MARK: i32 = 1 << 16;

/// A mark of so many is the highest that the word has room for.
pub(super) const MOST_CPUS: i32 = 0x7fff;

/// What a CPU that has run its callback does next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct AfterRan {
    /// It wakes the holder of the token.
    pub(super) wakes: bool,
    /// It was the last, and ends the call, as the last thing that it does. If this is not so, and
    /// it does not wake the holder, it must not touch the storage any more.
    pub(super) is_last: bool,
}

impl Countdown {
    pub(super) fn new() -> Self {
        Self(Atomic::new(0))
    }

    /// Counts a CPU that has run its callback.
    #[must_use = "the last one ends the call"]
    pub(super) fn ran(&self) -> AfterRan {
        // ORDERING: Full. The release half orders this CPU's result before the end of the call, the
        // acquire half orders those of all others before what the last one does; each pairs with
        // the other half in the CPUs that come before or after. The acquire half also orders the
        // place where the holder sleeps before the wake-up; pairs with `announce()`. Litmus tests:
        // many-last, many-counted, many-leaked, many-marked.
        let before = self.0.fetch_sub(1, ordering::Full);
        AfterRan {
            wakes: before > MARK && before % MARK == before / MARK,
            is_last: before & (MARK - 1) == 1,
        }
    }

    /// How many CPUs have yet to end, for the holder of the token, which has no mark.
    pub(super) fn left(&self) -> i32 {
        // ORDERING: Acquire pairs with `ran()`: the holder finds the results of the others. Litmus
        // test: many-left.
        self.0.load(ordering::Acquire)
    }

    /// The holder of the token is about to sleep until fewer than `mark` CPUs have yet to end. If
    /// this returns true that is so, and nobody will wake it. In either case it then calls
    /// [`Self::retract`].
    #[must_use = "a count below the mark wakes nobody"]
    pub(super) fn announce(&self, mark: i32) -> bool {
        // ORDERING: Full. Its release half orders the place where the holder sleeps before the
        // wake-up; pairs with `ran()`. Litmus test: many-marked.
        self.0.fetch_add(mark * MARK, ordering::Full) < mark
    }

    /// The holder takes its mark back: it was woken, or nobody will wake it.
    pub(super) fn retract(&self, mark: i32) {
        // ORDERING: none needed; no CPU finds the count at the mark any more. Litmus test:
        // many-marked.
        self.0.fetch_sub(mark * MARK, ordering::Relaxed);
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

    /// By the CPU, before the callback.
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
