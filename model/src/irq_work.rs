// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/kernel/irq_work`.

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
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

#[path = "../../rust/kernel/irq_work/state.rs"]
mod state;

#[cfg(feature = "shuttle")]
mod crowd;
mod exclusive;

use state::State;

/// What a work does.
trait Object: Sized + Send + Sync + 'static {
    /// The run is an RCU reader from here on.
    fn begin(&self, _run: usize) {}

    fn callback(work: &Arc<Work<Self>>, run: usize);
}

/// A work, queued as `RawIrqWork` does.
struct Work<O> {
    state: State,
    /// Belongs to the claim, until the run that it causes.
    csd: Plain,
    object: O,
    /// How many claims have succeeded. Loom does not see it: it orders nothing.
    claims: Ghost,
    interrupts: Interrupts,
}

impl<O: Object> Work<O> {
    fn new(object: O) -> Arc<Self> {
        let state = State::new();
        // Makes the atomics.
        assert!(state.is_idle());
        Arc::new(Self {
            state,
            csd: Plain::new(0),
            object,
            claims: Ghost::new(0),
            interrupts: Interrupts::default(),
        })
    }

    /// Returns the number of the run to come, and whether that is our doing.
    fn queue(self: &Arc<Self>) -> (usize, bool) {
        if !self.state.claim() {
            // The first claim may not be counted yet.
            let run = self.claims.load(Ghostly).saturating_sub(1);
            return (run as usize, false);
        }
        let run = self.claims.fetch_add(1, Ghostly);
        self.csd.write(run);
        let this = self.clone();
        self.interrupts.send(move || this.run(run));
        (run as usize, true)
    }

    fn run(self: Arc<Self>, run: u32) {
        self.object.begin(run as usize);
        assert_eq!(self.csd.read(), run, "two claims at once");
        self.state.enter();
        O::callback(&self, run as usize);
        self.state.exit();
    }

    fn end(&self) {
        self.interrupts.end();
        assert!(self.state.is_idle(), "not idle in the end");
    }
}

/// Each of two CPUs writes a word and queues the work.
struct Words {
    written: [AtomicU32; 2],
    seen: [Ghost; 2],
}

impl Words {
    fn new() -> Self {
        Self {
            written: Default::default(),
            seen: Default::default(),
        }
    }
}

impl Object for Words {
    fn callback(work: &Arc<Work<Self>>, _run: usize) {
        for (written, seen) in work.object.written.iter().zip(&work.object.seen) {
            seen.fetch_or(written.load(Ordering::Relaxed), Ghostly);
        }
    }
}

/// Claimed by one at a time: each claim has a run to itself, none is lost. And a run that is still
/// to come sees what a refused caller wrote, so that in the end everything was seen.
#[test]
fn a_refused_claim_is_seen() {
    model(|| {
        let work = Work::new(Words::new());
        let ring = |work: &Arc<Work<Words>>, cpu: usize| {
            work.object.written[cpu].store(1, Ordering::Relaxed);
            work.queue();
        };
        let other = {
            let work = work.clone();
            thread::spawn(move || ring(&work, 1))
        };
        ring(&work, 0);
        other.join().unwrap();
        work.end();
        for seen in &work.object.seen {
            assert_eq!(seen.load(Ghostly), 1, "a refused claim was not seen");
        }
    });
}

/// Claimed again and again, by one CPU that does not know what the other does.
#[test]
fn one_claim_at_a_time() {
    model(|| {
        let work = Work::new(Results::new());
        let other = {
            let work = work.clone();
            thread::spawn(move || {
                work.queue();
            })
        };
        work.queue();
        work.queue();
        other.join().unwrap();
        work.end();
        let results = &work.object.0;
        let ran: u32 = results.iter().map(Plain::read).sum();
        assert_eq!(ran, work.claims.load(Ghostly), "a claim without a run");
    });
}

/// Each run has a result of its own.
struct Results([Plain; 3]);

impl Results {
    fn new() -> Self {
        Self([0; 3].map(Plain::new))
    }
}

impl Object for Results {
    fn callback(work: &Arc<Work<Self>>, run: usize) {
        work.object.0[run].write(1);
    }
}

/// A CPU that has queued a work and then sees it idle sees what the run did.
#[test]
fn idle_means_ended() {
    model(|| {
        let work = Work::new(Results::new());
        let (run, _) = work.queue();
        if work.state.is_idle() {
            assert_eq!(work.object.0[run].read(), 1, "idle before the run");
        }
        work.end();
    });
}

/// The same where it runs on two CPUs at once.
#[test]
fn idle_means_all_ended() {
    model(|| {
        let work = Work::new(Results::new());
        let (first, _) = work.queue();
        let (second, _) = work.queue();
        if work.state.is_idle() {
            assert_eq!(work.object.0[first].read(), 1, "idle before the run");
            assert_eq!(work.object.0[second].read(), 1, "idle before the run");
        }
        work.end();
    });
}

/// Runs that queue the work again, unless it is closed.
struct Requeues {
    memory: Plain,
    closed: Atomic<bool>,
    handles: AtomicU32,
    requeues: usize,
}

const ALIVE: u32 = 1;
const FREED: u32 = 2;

impl Requeues {
    fn new(handles: u32, requeues: usize) -> Self {
        let closed = Atomic::<bool>::new(false);
        // Makes the atomic.
        closed.load(ordering::Relaxed);
        Self {
            memory: Plain::new(ALIVE),
            closed,
            handles: AtomicU32::new(handles),
            requeues,
        }
    }

    fn touch(&self) {
        assert_eq!(self.memory.read(), ALIVE, "used after it was freed");
    }
}

impl Object for Requeues {
    /// `Context::requeue_on()`.
    fn callback(work: &Arc<Work<Self>>, run: usize) {
        let this = &work.object;
        this.touch();
        if run < this.requeues && !this.closed.load(ordering::Relaxed) {
            work.queue();
        }
        this.touch();
    }
}

impl Work<Requeues> {
    /// `RawIrqWork::quiesce()`, and what the reaper does, at one look.
    fn close(&self) {
        self.object.closed.store(true, ordering::Relaxed);
        if self.state.is_idle() {
            self.object.memory.write(FREED);
        }
    }

    /// `RawIrqWork::put()`.
    fn put(&self) {
        if self.object.handles.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.close();
        }
    }
}

/// A work that is closed and then idle neither runs nor is pending ever again.
#[test]
fn closed_and_idle_is_for_good() {
    model(|| {
        let work = Work::new(Requeues::new(1, 1));
        work.queue();
        work.close();
        work.end();
    });
}

/// The same where another CPU queues it and drops its handle.
#[test]
fn the_last_handle_closes() {
    model(|| {
        let work = Work::new(Requeues::new(2, 1));
        let other = {
            let work = work.clone();
            thread::spawn(move || {
                work.queue();
                work.put();
            })
        };
        work.put();
        other.join().unwrap();
        work.end();
    });
}

/// Which runs have begun.
#[derive(Default)]
struct Begun([AtomicU32; 3]);

impl Object for Begun {
    fn begin(&self, run: usize) {
        self.0[run].store(1, Ordering::Relaxed);
    }

    fn callback(_work: &Arc<Work<Self>>, _run: usize) {}
}

/// When `started_since()` says so, the run that was to come has begun, so that a grace period is
/// enough for it to end. (What it did before it counted need not be seen: that is RCU's.)
#[test]
fn started_since_the_snapshot() {
    model(|| {
        let work = Work::new(Begun::default());
        work.queue();
        let (run, _) = work.queue();
        let before = work.state.snapshot();
        if work.state.started_since(before) {
            // An exchange, which reads what was written last.
            let begun = work.object.0[run].swap(1, Ordering::Relaxed);
            assert_eq!(begun, 1, "not started");
        }
        work.end();
    });
}

/// What each state says.
#[test]
fn each_state() {
    model(|| {
        let says = |state: &State| (state.is_idle(), state.is_pending(), state.is_running());
        let state = State::new();
        assert_eq!(says(&state), (true, false, false), "idle");
        assert!(state.claim() && !state.claim());
        assert_eq!(says(&state), (false, true, false), "pending");
        let before = state.snapshot();
        assert!(!state.started_since(before), "has not started");
        state.enter();
        assert_eq!(says(&state), (false, false, true), "running");
        assert!(state.started_since(before), "has started");
        assert!(state.claim());
        assert_eq!(says(&state), (false, true, true), "running and pending");
        assert!(state.started_since(before), "has started");
        state.exit();
        assert_eq!(says(&state), (false, true, false), "pending again");
    });
}

/// A CPU that sees that a work is not pending any more, and then that it does not run, sees what
/// the run did.
#[test]
fn not_pending_nor_running_means_ended() {
    model(|| {
        let work = Work::new(Results::new());
        let (run, _) = work.queue();
        if !work.state.is_pending() && !work.state.is_running() {
            assert_eq!(work.object.0[run].read(), 1, "ended before the run");
        }
        work.end();
    });
}
