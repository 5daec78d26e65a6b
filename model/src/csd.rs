// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/kernel/csd`.

use std::sync::Arc;

use crate::{
    checker::sync::{
        atomic::{
            AtomicU32,
            Ordering, //
        },
        Condvar,
        Mutex, //
    },
    run::{
        model,
        Interrupts,
        Plain, //
    },
};

#[path = "../../rust/kernel/call/spins.rs"]
mod spins;
#[path = "../../rust/kernel/call/state.rs"]
mod state;

use spins::Spins;
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
    /// What the waiter writes before it announces itself: where it sleeps.
    sleeper: Plain,
    /// The completion, on the stack of the waiter: `complete()` and the waiter take its lock.
    done: Mutex<u32>,
    woken: Condvar,
    /// Whether that stack is there.
    stack: Plain,
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
            sleeper: Plain::new(0),
            done: Mutex::new(0),
            woken: Condvar::new(),
            stack: Plain::new(0),
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

    /// The trampoline. After `finish()` it touches nothing of a call whose holder does not sleep.
    fn run(self: Arc<Self>) {
        assert!(self.state.is_pending(), "not in flight");
        self.result.write(self.result.read() + 1);
        match self.state.finish() {
            AfterRun::TokenHolder => (),
            AfterRun::Sleeper => self.complete(),
            AfterRun::Reaper => self.reap(),
        }
    }

    fn complete(&self) {
        assert_eq!(self.sleeper.read(), 1, "no pointer");
        let mut done = self.done.lock().unwrap();
        assert_eq!(self.stack.read(), 1, "used after it was freed");
        *done += 1;
        self.woken.notify_one();
    }

    /// `RawCall::wait_within()`. Returns whether the call has ended. Without `patience` the
    /// waiter gives up at once when it would sleep.
    fn wait(&self, patience: bool) -> bool {
        self.state.has_ended() || self.sleep(patience)
    }

    fn sleep(&self, patience: bool) -> bool {
        self.stack.write(1);
        *self.done.lock().unwrap() = 0;
        self.sleeper.write(1);
        let ended = self.state.announce() || self.wait_for_completion(patience) || {
            let ended = self.state.retract();
            if ended {
                self.wait_for_completion(true);
            }
            ended
        };
        // The stack goes.
        assert_eq!(*self.done.lock().unwrap(), 0, "completed once too often");
        self.sleeper.write(0);
        self.stack.write(0);
        ended
    }

    /// `wait_for_completion()`, or without `patience` `rust_helper_wait_at_most()` whose time is
    /// over: its timer completes it, once more than the call does.
    fn wait_for_completion(&self, patience: bool) -> bool {
        let mut done = self.done.lock().unwrap();
        if !patience {
            *done += 1;
        }
        while *done == 0 {
            done = self.woken.wait(done).unwrap();
        }
        *done -= 1;
        patience
    }

    fn end(&self) {
        self.interrupts.end();
    }

    /// `RawCsd::detach()`.
    fn detach(self: &Arc<Self>) {
        self.slot.write(1);
        if self.state.detach() == AfterDetach::TokenHolder {
            self.reap();
        }
    }

    /// The reaper has all of the call to itself.
    fn reap(&self) {
        let before = self.reaped.fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "reaped twice");
        assert!(self.state.has_run(), "no result");
        assert_eq!(self.slot.read(), 1, "reaped under the token");
        assert_eq!(self.result.read(), 1, "reaped before the callback");
        self.slot.write(2);
        self.result.write(2);
        self.state.take_back();
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

/// A waiter that finds that the call has ended has the result, and may call again.
#[test]
fn polled() {
    model(|| {
        let call = Call::new();
        call.queue(10);
        if call.state.has_ended() {
            assert_eq!(call.result.read(), 11, "no result");
            call.state.take_back();
            call.queue(20);
        }
        call.end();
    });
}

/// A waiter, asleep or not, has the result when it returns, and may call again.
#[test]
fn waited_for() {
    model(|| {
        let call = Call::new();
        call.queue(10);
        assert!(call.wait(true), "has not waited");
        assert_eq!(call.result.read(), 11, "no result");
        call.state.take_back();
        call.queue(20);
        call.end();
    });
}

/// A waiter that gives up while the call ends has the result, or may wait again.
#[test]
fn timed_out() {
    model(|| {
        let call = Call::new();
        call.queue(10);
        if !call.wait(false) {
            assert!(call.wait(true), "has not waited");
        }
        assert_eq!(call.result.read(), 11, "no result");
        call.state.take_back();
        assert!(call.state.is_idle(), "not idle in the end");
        call.end();
    });
}

/// The same, and drops the token then.
#[test]
fn timed_out_and_dropped() {
    model(|| {
        let call = Call::new();
        call.queue(0);
        if call.wait(false) {
            assert_eq!(call.result.read(), 1, "no result");
            call.end();
        } else {
            call.detach();
            call.end();
            assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
        }
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

/// How many of `waits` waits spin, if each spin ends so.
fn spins_of(spins: &Spins, waits: usize, paid: bool) -> usize {
    (0..waits)
        .filter(|_| {
            let spun = spins.is_next();
            if spun {
                spins.learn(paid);
            }
            spun
        })
        .count()
}

/// Waits for calls that end soon spin; waits for calls that take long learn not to, try again now
/// and then, and spin as before once that has paid.
#[test]
fn spinning_is_learned() {
    let spins = Spins::new();
    assert_eq!(
        spins_of(&spins, 100, true),
        100,
        "spins that pay are given up"
    );
    // After 1 + 2 + 4 + ... + 32 waits one in 64 is left.
    assert_eq!(
        spins_of(&spins, 63, false),
        6,
        "spins in vain go on, or stop"
    );
    assert_eq!(
        spins_of(&spins, 640, false),
        10,
        "spins in vain go on, or stop"
    );
    // The next that does pays.
    assert_eq!(
        spins_of(&spins, 64, true),
        1,
        "spins in vain go on, or stop"
    );
    assert_eq!(
        spins_of(&spins, 100, true),
        100,
        "a spin that paid changes nothing"
    );
}

/// What each state says, and where each transition leads.
#[test]
fn each_state() {
    model(|| {
        let says = |state: &State| (state.is_idle(), state.is_pending(), state.is_dead());
        let state = State::new();
        assert_eq!(says(&state), (true, false, false), "idle");
        state.start();
        assert_eq!(says(&state), (false, true, false), "in flight");
        assert!(!state.announce() && !state.retract() && !state.has_ended());
        assert_eq!(state.finish(), AfterRun::TokenHolder);
        assert_eq!(says(&state), (false, false, false), "done");
        assert!(state.has_ended() && state.has_run());
        assert!(state.announce() && state.retract(), "the call has ended");
        state.take_back();
        state.start();
        assert_eq!(state.detach(), AfterDetach::Callback);
        assert_eq!(says(&state), (false, true, false), "detached");
        assert_eq!(state.finish(), AfterRun::Reaper);
        assert_eq!(says(&state), (false, true, true), "dead");
        state.take_back();
        state.abandon();
        assert_eq!(says(&state), (false, true, true), "abandoned");
        assert!(!state.has_run(), "a result");
    });
}
