// SPDX-License-Identifier: GPL-2.0

//! Who owns a call: the state word and its transitions.
//!
//! This file knows nothing of csds, so that a model checker on the host can compile the very same
//! source.
//!
//! | state       | value         | token      | who may touch the storage    | csd is queued      |
//! |-------------|---------------|------------|------------------------------|--------------------|
//! | `IDLE`      | 0             | `Idle`     | the token's holder           | no                 |
//! | `IN_FLIGHT` | 1             | `InFlight` | the callback                 | until the callback |
//! | `DONE`      | 1 + `RAN`     | `InFlight` | the token's holder           | no                 |
//! | `DETACHED`  | 1 + `DROPPED` | none       | the callback, then reaper  | until the callback |
//! | `DEAD`      | 1 + both      | none       | the reaper                   | no                 |
//! | `LEFT`      | `DEAD` + 8    | none       | `complete()`, then reaper    | no                 |
//! | `ABANDONED` | `DROPPED`     | none       | the reaper                   | no                 |
//!
//! ```text
//!            start()               finish() -> Waiter
//!   IDLE ------------> IN_FLIGHT --------------------------> DONE
//!    ^  ^                |   |                               |  |
//!    |  '-- cancel() ----'   | detach() -> Callback          |  | detach() -> TokenHolder
//!    |   (C refused it)      v                               |  '--------------------------> LEFT
//!    |                   DETACHED --- finish() -> Reaper ----|---------> DEAD                 |
//!    |                                                       |            |                   |
//!    '------------------------ take_back() ------------------+------------+-------------------'
//! ```
//!
//! `finish()` and `detach()` race, and each is one fully ordered `fetch_add()` of its own bit: the
//! side that comes second sees the other's bit and takes over, so that exactly one side hands the
//! call to the reaper. In `LEFT` the callback's CPU may still be in `complete()`. The reaper waits
//! for that; the dropper cannot, because it may be an NMI that hit that very function.
//!
//! `abandon()` turns `IDLE` into `ABANDONED`: an `Idle` was dropped in an NMI, where nothing may be
//! freed.

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

const IDLE: i32 = 0;
const IN_FLIGHT: i32 = 1;
const DONE: i32 = IN_FLIGHT + RAN;
const DEAD: i32 = DONE + DROPPED;

/// Added once, when the callback has returned.
const RAN: i32 = 2;

/// Added once, when the `InFlight` was dropped.
const DROPPED: i32 = 4;

/// `DEAD`, and `complete()` is called or was.
const LEFT: i32 = DONE + DROPPED + 8;

/// The owner of the storage after the callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AfterRun {
    /// An `InFlight` exists: the caller wakes its holder.
    Waiter,
    /// The `InFlight` was dropped: the caller gives the call to the reaper, which drops what it
    /// owns.
    Reaper,
}

/// The owner of the storage after an `InFlight` was dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AfterDetach {
    /// The callback has yet to end.
    Callback,
    /// The callback has ended; the holder of the token owns the storage.
    TokenHolder,
}

/// The state word of a call.
pub(super) struct State(Atomic<i32>);

impl State {
    /// The state of a call that was never queued.
    pub(super) fn new() -> Self {
        Self(Atomic::new(IDLE))
    }

    /// `IDLE -> IN_FLIGHT`, by the holder of `Idle`.
    ///
    /// The token makes this exclusive, so it is a plain store: this is the serialisation that
    /// `smp_call_function_single_async()` leaves to its caller.
    pub(super) fn start(&self) {
        // ORDERING: none needed; the `llist_add()` that follows is fully ordered. Litmus test:
        // call-start.
        self.0.store(IN_FLIGHT, ordering::Relaxed);
    }

    /// `IN_FLIGHT -> IDLE`, by the caller whose call was refused: the call never was in the queue.
    pub(super) fn cancel(&self) {
        self.0.store(IDLE, ordering::Relaxed);
    }

    /// The callback has returned.
    #[must_use = "somebody must take over"]
    pub(super) fn finish(&self) -> AfterRun {
        // ORDERING: Full. Its release half orders the callback's writes before the handing over
        // and its acquire half orders the dropper's accesses before the reaper's; pairs with the
        // same in `detach()`. Litmus test: call-reaped.
        if self.0.fetch_add(RAN, ordering::Full) & DROPPED == 0 {
            AfterRun::Waiter
        } else {
            AfterRun::Reaper
        }
    }

    /// The holder of `InFlight` gives it up.
    #[must_use = "somebody must take over"]
    pub(super) fn detach(&self) -> AfterDetach {
        // ORDERING: Full, see `finish()`. Litmus test: call-reaped.
        if self.0.fetch_add(DROPPED, ordering::Full) & RAN == 0 {
            AfterDetach::Callback
        } else {
            // ORDERING: none needed; no other code writes to the word any more, and adding to the
            // reaper's list is fully ordered. Litmus tests: call-left, call-freed.
            self.0.store(LEFT, ordering::Relaxed);
            AfterDetach::TokenHolder
        }
    }

    /// `IDLE -> ABANDONED`, by the holder of `Idle`, which leaves the call to the reaper.
    pub(super) fn abandon(&self) {
        // ORDERING: none needed; adding to the reaper's list is fully ordered. Litmus test:
        // call-left.
        self.0.store(DROPPED, ordering::Relaxed);
    }

    /// Whether `complete()` is being called or was, without a wait. For the reaper.
    pub(super) fn is_left(&self) -> bool {
        self.0.load(ordering::Relaxed) == LEFT
    }

    /// Whether there is a result. For the reaper.
    pub(super) fn has_run(&self) -> bool {
        self.0.load(ordering::Relaxed) & RAN != 0
    }

    /// `DONE -> IDLE`, by the holder of `InFlight` after it has waited; `DEAD`, `LEFT` or
    /// `ABANDONED -> IDLE` by the reaper before it drops an object that others may share.
    pub(super) fn take_back(&self) {
        // ORDERING: Release, after `finish()` by the completion's lock or the reaper's list; pairs
        // with `is_pending()`. Litmus test: call-given-up.
        self.0.store(IDLE, ordering::Release);
    }

    /// Whether the token holder owns the storage and no call is under way. A snapshot for
    /// assertions.
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(ordering::Relaxed) == IDLE
    }

    /// Whether the reaper is the call's owner. A snapshot for reports.
    pub(super) fn is_dead(&self) -> bool {
        matches!(self.0.load(ordering::Relaxed), DEAD | LEFT | DROPPED)
    }

    /// Whether the callback has yet to return or the reaper has yet to run. A snapshot for reports
    /// and for module unload, which looks again and again.
    pub(super) fn is_pending(&self) -> bool {
        // ORDERING: Acquire pairs with `finish()` and `take_back()`: a reader that sees that a call
        // has ended sees all that it did. Litmus tests: call-pending, call-given-up.
        !matches!(self.0.load(ordering::Acquire), IDLE | DONE)
    }
}
