// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/kernel/csd`.

use loom::{
    sync::atomic::{
        AtomicBool,
        AtomicU32,
        Ordering, //
    },
    thread,
};
use std::sync::Arc;

use crate::run::{
    model,
    Interrupts,
    Plain, //
};

#[path = "../../rust/kernel/call/state.rs"]
mod state;

use state::{
    AfterDetach,
    AfterRun,
    State, //
};

/// A call, as `RawCsd` does it.
struct Call {
    state: State,
    /// The callback writes it, the waiter reads it.
    result: Plain,
    /// Belongs to the holder of the token.
    slot: Plain,
    /// `complete()` releases, waiting acquires.
    done: AtomicBool,
    /// The rest of the completion, which `complete()` uses, and the reaper frees.
    completion: Plain,
    reaped: AtomicU32,
    interrupts: Interrupts,
}

impl Call {
    fn new() -> Arc<Self> {
        let state = State::new();
        // Makes the atomic.
        assert!(state.is_idle());
        Arc::new(Self {
            state,
            result: Plain::new(0),
            slot: Plain::new(0),
            done: AtomicBool::new(false),
            completion: Plain::new(0),
            reaped: AtomicU32::new(0),
            interrupts: Interrupts::default(),
        })
    }

    fn queue(self: &Arc<Self>, argument: u32) {
        assert!(self.state.is_idle(), "not idle");
        self.result.write(argument);
        self.state.start();
        let this = self.clone();
        self.interrupts.send(move || this.run());
    }

    /// The trampoline. After `finish()` it touches what `complete()` needs, and no more.
    fn run(self: Arc<Self>) {
        assert!(self.state.is_pending(), "not in flight");
        self.result.write(self.result.read() + 1);
        match self.state.finish() {
            AfterRun::Waiter => self.complete(),
            AfterRun::Reaper => self.reap(),
        }
    }

    fn complete(&self) {
        assert_eq!(self.completion.read(), 0, "used after it was freed");
        self.done.store(true, Ordering::Release);
    }

    fn try_wait(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }

    /// `RawCsd::detach()`.
    fn detach(self: &Arc<Self>) {
        self.slot.write(1);
        if self.state.detach() == AfterDetach::TokenHolder {
            self.reap();
        }
    }

    /// The reaper has all of the call to itself, but for `complete()`: `RawCsd::reap()`. (That it
    /// waits for that is not what tells it that the callback has returned.)
    fn reap(&self) {
        while self.state.is_left() && !self.try_wait() {
            thread::yield_now();
        }
        self.completion.write(1);
        let before = self.reaped.fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "reaped twice");
        assert!(self.state.has_run(), "no result");
        assert_eq!(self.slot.read(), 1, "reaped under the token");
        assert_eq!(self.result.read(), 1, "reaped before the callback");
        self.slot.write(2);
        self.result.write(2);
        self.state.take_back();
    }

    fn end(&self) {
        self.interrupts.end();
    }
}

/// The callback ends while the token is dropped: one of them hands the call to the reaper, which
/// sees what both did.
#[test]
fn reaped_once() {
    model(|| {
        let call = Call::new();
        call.queue(0);
        call.detach();
        call.end();
        assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
        assert!(call.state.is_idle(), "not idle in the end");
    });
}

/// A token that has waited has the result, and may call again.
#[test]
fn waited_for() {
    model(|| {
        let call = Call::new();
        call.queue(10);
        if call.try_wait() {
            call.done.store(false, Ordering::Relaxed);
            assert_eq!(call.result.read(), 11, "no result");
            call.state.take_back();
            call.queue(20);
        }
        call.end();
    });
}

/// A refused call never was in the queue.
#[test]
fn refused() {
    model(|| {
        let call = Call::new();
        call.state.start();
        call.state.cancel();
        call.queue(0);
        call.detach();
        call.end();
        assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
    });
}

/// An `Idle` that was left to the reaper has no result, and is pending until the reaper has been
/// there.
#[test]
fn abandoned() {
    model(|| {
        let call = Call::new();
        call.state.abandon();
        assert!(call.state.is_pending(), "unload does not wait");
        assert!(!call.state.has_run(), "a result");
        assert!(!call.state.is_left(), "waits for nobody");
        call.state.take_back();
        assert!(call.state.is_idle(), "not idle in the end");
        call.end();
    });
}

/// Module unload sees what a call did that is no longer pending, though its token was leaked.
#[test]
fn leaked() {
    model(|| {
        let call = Call::new();
        call.queue(0);
        if !call.state.is_pending() {
            assert_eq!(call.result.read(), 1, "no result");
        }
        call.end();
    });
}

/// The same for a call that was given up, and what the reaper did.
#[test]
fn given_up() {
    model(|| {
        let call = Call::new();
        call.queue(0);
        call.detach();
        if !call.state.is_pending() {
            assert_eq!(call.result.read(), 2, "not reaped");
        }
        call.end();
    });
}
