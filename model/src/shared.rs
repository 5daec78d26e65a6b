// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/calls/shared`.

use std::sync::{
    atomic::{
        AtomicU32 as Ghost,
        Ordering::SeqCst as Ghostly, //
    },
    Arc,
};

use crate::{
    checker::{
        sync::atomic::{
            AtomicU32,
            Ordering, //
        },
        thread,
    },
    run::{
        model,
        Interrupts,
        Plain, //
    },
};

#[path = "../../rust/calls/shared/state.rs"]
mod state;

#[cfg(feature = "shuttle")]
mod crowd;

use state::State;

/// A serial call, fired as `Call` does.
struct Call {
    state: State,
    /// What each attempt writes before it.
    written: Vec<AtomicU32>,
    /// What the call is queued by, with whether it is pending: belongs to the right, and to the
    /// run that it causes.
    work: Plain,
    /// What the callback has to itself: how many runs there were.
    captured: Plain,
    /// What runs have seen of `written`. Loom does not see this: it orders nothing.
    seen: Vec<Ghost>,
    attempts: Ghost,
    interrupts: Interrupts,
}

impl Call {
    fn new(fires: usize) -> Arc<Self> {
        let state = State::new();
        // Makes the atomics.
        state.snapshot();
        Arc::new(Self {
            state,
            written: (0..fires).map(|_| AtomicU32::new(0)).collect(),
            work: Plain::new(0),
            captured: Plain::new(0),
            seen: (0..fires).map(|_| Ghost::new(0)).collect(),
            attempts: Ghost::new(0),
            interrupts: Interrupts::default(),
        })
    }

    /// `Call::fire()`.
    fn fire(self: &Arc<Self>, number: usize) {
        self.written[number].store(1, Ordering::Relaxed);
        if self.state.attempt() {
            self.queue();
        }
    }

    /// The claim of the work is a plain store, as in `claim_exclusive()`.
    fn queue(self: &Arc<Self>) {
        assert_eq!(self.work.read(), 0, "claimed twice");
        self.work.write(1);
        let this = self.clone();
        self.interrupts.send(move || this.run());
    }

    /// `Object::run()`.
    fn run(self: Arc<Self>) {
        assert_eq!(self.work.read(), 1);
        self.work.write(0);
        let attempts = self.state.enter();
        assert_ne!(attempts, 0, "a run for nobody");
        // Loom fails this if two do it without order between them.
        self.captured.write(self.captured.read() + 1);
        for (written, seen) in self.written.iter().zip(&self.seen) {
            seen.fetch_or(written.load(Ordering::Relaxed), Ghostly);
        }
        self.attempts.fetch_add(attempts as u32, Ghostly);
        if self.state.exit(attempts) {
            self.queue();
        }
    }

    /// All interrupts have ended.
    fn end(&self) {
        let fires = self.written.len();
        self.interrupts.end();
        for seen in &self.seen {
            assert_eq!(seen.load(Ghostly), 1, "an attempt was not seen");
        }
        let attempts = self.attempts.load(Ghostly) as usize;
        assert_eq!(attempts, fires, "attempts do not add up");
        let runs = self.captured.read() as usize;
        assert!(runs >= 1 && runs <= fires, "{runs} runs");
        assert!(self.state.attempt(), "not idle in the end");
    }
}

/// Fired by two CPUs, one of them twice. A refused caller is seen by a run to come, runs do
/// not overlap and each sees what the last one did, and the attempts that they stand for add up.
#[test]
fn each_attempt_is_seen_once() {
    model(|| {
        let call = Call::new(3);
        let other = {
            let call = call.clone();
            thread::spawn(move || call.fire(1))
        };
        call.fire(0);
        call.fire(2);
        other.join().unwrap();
        call.end();
    });
}

/// A caller that waits for its attempt sees what the run did that stands for it.
#[test]
fn ended_means_seen() {
    model(|| {
        let call = Call::new(2);
        let other = {
            let call = call.clone();
            thread::spawn(move || call.fire(1))
        };
        call.fire(0);
        // `Call::sync()`, at one look.
        let before = call.state.snapshot();
        if call.state.ended_since(before) {
            assert_eq!(call.seen[0].load(Ghostly), 1, "ended before the run");
            // The run has ended, and no other one is there unless somebody else fires.
        }
        other.join().unwrap();
        call.end();
    });
}

/// The same with a run under way that does not stand for it.
#[test]
fn ended_means_that_two_have_ended() {
    model(|| {
        let call = Call::new(3);
        call.fire(0);
        call.fire(1);
        let before = call.state.snapshot();
        // More may come meanwhile.
        call.fire(2);
        if call.state.ended_since(before) {
            assert_eq!(call.seen[1].load(Ghostly), 1, "ended before the run");
        }
        call.end();
    });
}

/// A waiter, or a caller that finds the call not pending, has to itself what the callback had, if
/// no other caller fires.
#[test]
fn idle_hands_over() {
    model(|| {
        let call = Call::new(1);
        call.fire(0);
        let before = call.state.snapshot();
        if !call.state.is_pending() {
            assert_eq!(call.captured.read(), 1, "not pending before the run");
        } else if call.state.ended_since(before) {
            assert_eq!(call.captured.read(), 1, "ended before the run");
        }
        call.end();
    });
}

/// How many attempts runs stand for, and how many runs have ended since a snapshot.
#[test]
fn each_state() {
    model(|| {
        let state = State::new();
        for _ in 0..3 {
            assert!(!state.is_pending());
            assert!(state.attempt() && !state.attempt());
            let before = state.snapshot();
            assert_eq!(state.enter(), 2);
            assert!(state.is_pending(), "the run has not ended");
            assert!(!state.attempt());
            assert!(!state.ended_since(before), "the run has not ended");
            assert!(state.exit(2), "an attempt has no run");
            assert!(!state.ended_since(before), "one run may not be enough");
            assert_eq!(state.enter(), 1);
            assert!(!state.attempt());
            assert!(state.exit(1), "an attempt has no run");
            assert!(state.ended_since(before), "two runs have ended");
            assert_eq!(state.enter(), 1);
            assert!(!state.exit(1));
            assert!(state.ended_since(state.snapshot()), "nothing is owed");
        }
    });
}
