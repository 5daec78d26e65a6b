// SPDX-License-Identifier: GPL-2.0

//! The owner of a call: the state word and its transitions.
//!
//! This file knows nothing of csds: it says what may happen, and in which order.
//!
//! | state       | value         | token      | storage may be touched by  | csd is queued      |
//! |-------------|---------------|------------|----------------------------|--------------------|
//! | `IDLE`      | 0             | `Idle`     | the token's holder         | no                 |
//! | `IN_FLIGHT` | 1             | `InFlight` | the callback               | until the callback |
//! | `AWAITED`   | 1 + `ASLEEP`  | in a wait  | the callback               | until the callback |
//! | `DONE`      | 1 + `RAN`     | `InFlight` | the token's holder         | no                 |
//! | `WOKEN`     | 1 + both      | in a wait  | the waker, then the waiter | no                 |
//! | `DETACHED`  | 1 + `DROPPED` | none       | the callback, then reaper  | until the callback |
//! | `DEAD`      | `DONE` + that | none       | the reaper                 | no                 |
//!
//! ```text
//!            start()               finish() -> TokenHolder
//!   IDLE ------------> IN_FLIGHT ---------------------------> DONE
//!    ^  ^              |  |   ^                               |  |
//!    |  '-- cancel() --'  |   '-- retract() -> false --.      |  |
//!    |   (C refused it)   |                            |      |  |
//!    |                    |-- announce() -> false --> AWAITED |  |
//!    |                    |          finish() -> Sleeper |    |  |
//!    |                    |                              v    |  |
//!    |                    | detach() -> Callback       WOKEN  |  | detach() -> TokenHolder
//!    |                    v                              |    |  v
//!    |                 DETACHED -- finish() -> Reaper ---|----|> DEAD
//!    |                                                   |    |  |
//!    '------------------------ take_back() --------------+----+--'
//! ```
//!
//! `finish()`, `detach()` and `announce()` race, and each is one fully ordered `fetch_add()` of its
//! own bit: the side that comes second sees the other's bit and takes over. So exactly one side
//! hands the call to the reaper. A waiter that has announced itself before the end is woken. If the
//! call ends first, its CPU touches the storage no more, and the waiter does not go to sleep:
//! `announce()` is true, and the word `WOKEN` although nothing wakes. (The diagram leaves that
//! out.)
//!
//! A waiter that gives up takes its announcement back by `retract()`. If the call has ended
//! meanwhile (`retract()` is true, and the word `DONE` again), the callback's CPU has seen the
//! announcement and is about to wake the waiter, which therefore stays until that has happened.

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

const IDLE: i32 = 0;
const IN_FLIGHT: i32 = 1;
const DONE: i32 = IN_FLIGHT + RAN;

/// Added once, when the callback has returned.
const RAN: i32 = 2;

/// Added once, when the `InFlight` was dropped.
const DROPPED: i32 = 4;

/// Added when a waiter is about to sleep, and subtracted if it gives up.
const ASLEEP: i32 = 8;

/// The owner of the storage after the callback.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AfterRun {
    /// An `InFlight` exists, and its holder looks at the state: the caller has nothing to do.
    TokenHolder,
    /// The holder of the `InFlight` sleeps until the caller wakes it.
    Sleeper,
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
        // ORDERING: Full. Its release half orders the callback's writes before the handing over;
        // pairs with `has_ended()`, `announce()` and `detach()`. Its acquire half orders the
        // accesses of the dropper, or of the waiter, before those of the side that takes over;
        // pairs with `detach()` and `announce()`. Litmus tests: call-reaped, call-announced.
        let before = self.0.fetch_add(RAN, ordering::Full);
        if before == IN_FLIGHT {
            AfterRun::TokenHolder
        } else {
            Self::not_alone(before)
        }
    }

    #[cold]
    fn not_alone(before: i32) -> AfterRun {
        if before & DROPPED == 0 {
            AfterRun::Sleeper
        } else {
            AfterRun::Reaper
        }
    }

    /// Whether the call has ended, for the holder of `InFlight`, which then owns the storage.
    #[inline]
    pub(super) fn has_ended(&self) -> bool {
        // ORDERING: Acquire pairs with `finish()`: the holder sees what the callback wrote. Litmus
        // test: call-ended.
        self.0.load(ordering::Acquire) == DONE
    }

    /// The holder of `InFlight` is about to sleep. If this returns true the call has ended, and
    /// nobody will wake the holder.
    #[must_use = "a call that has ended wakes nobody"]
    pub(super) fn announce(&self) -> bool {
        // ORDERING: Full. Its release half orders the place where the waiter sleeps before the
        // wake-up, its acquire half orders the callback's writes before the waiter's reads if the
        // call has ended; each pairs with the other half in `finish()`. Litmus test:
        // call-announced.
        self.0.fetch_add(ASLEEP, ordering::Full) & RAN != 0
    }

    /// The holder of `InFlight` does not sleep any more. If this returns true the call has ended
    /// since `announce()`, and the callback's CPU wakes the holder or has done so.
    #[must_use = "a call that has ended wakes the holder"]
    pub(super) fn retract(&self) -> bool {
        // ORDERING: none needed; if the call has ended the wake-up orders it. Litmus test:
        // call-retracted.
        self.0.fetch_sub(ASLEEP, ordering::Relaxed) & RAN != 0
    }

    /// The holder of `InFlight` gives it up.
    #[must_use = "somebody must take over"]
    pub(super) fn detach(&self) -> AfterDetach {
        // ORDERING: Full, see `finish()`. Litmus test: call-reaped.
        if self.0.fetch_add(DROPPED, ordering::Full) & RAN == 0 {
            AfterDetach::Callback
        } else {
            AfterDetach::TokenHolder
        }
    }

    /// Whether there is a result. For the reaper.
    pub(super) fn has_run(&self) -> bool {
        self.0.load(ordering::Relaxed) & RAN != 0
    }

    /// `DONE` or `WOKEN -> IDLE`, by the holder of `InFlight` after it has waited; or to `IDLE` by
    /// the reaper before it drops an object that others may share.
    #[inline]
    pub(super) fn take_back(&self) {
        // ORDERING: Release, after `finish()` by the wait, or the way to the reaper; pairs with
        // `is_pending()`. Litmus test: call-given-up.
        self.0.store(IDLE, ordering::Release);
    }

    /// Whether the token holder owns the storage and no call is under way. Exact for the owner of
    /// the token, or of a scope that had it last: it has written the word itself. For others a
    /// snapshot.
    pub(super) fn is_idle(&self) -> bool {
        self.0.load(ordering::Relaxed) == IDLE
    }

    /// Whether the callback has yet to end, or the wake of a holder that has not given up, or the
    /// reaper has yet to run. A snapshot, for code that looks again and again, or only reports.
    pub(super) fn is_pending(&self) -> bool {
        // ORDERING: Acquire pairs with `finish()` and `take_back()`: a reader that sees that a call
        // has ended sees all that it did. Litmus tests: call-pending, call-given-up.
        !matches!(self.0.load(ordering::Acquire), IDLE | DONE)
    }
}

#[cfg(not(crosscall_upstream))]
impl State {
    /// `IDLE -> ABANDONED`, by the holder of `Idle`, which leaves the call to the reaper: it was
    /// dropped in an NMI, where nothing may be freed. (`DROPPED` alone; there is no token, the
    /// reaper may touch the storage, and the csd is not queued.)
    pub(super) fn abandon(&self) {
        // ORDERING: none needed; adding to the reaper's list is fully ordered. Litmus test:
        // call-abandoned.
        self.0.store(DROPPED, ordering::Relaxed);
    }

    /// Whether the reaper is the call's owner. A snapshot for reports.
    pub(super) fn is_dead(&self) -> bool {
        const DEAD: i32 = DONE + DROPPED;
        matches!(self.0.load(ordering::Relaxed), DEAD | DROPPED)
    }
}
