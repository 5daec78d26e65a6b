// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/calls/many`, with the state word of a csd call.

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

#[path = "../../rust/calls/many/state.rs"]
mod state;

#[path = "../../rust/kernel/call/state.rs"]
#[allow(dead_code, reason = "the models of csd use the rest")]
mod head;

#[cfg(feature = "shuttle")]
mod crowd;

use head::{
    AfterDetach,
    AfterRun,
    State, //
};
use state::{
    Countdown,
    Progress,
    Step, //
};

const OFFLINE: i32 = -6;

/// What a call has for a CPU.
struct Element {
    progress: Progress,
    /// The csd and the result: the sender writes it, then the CPU, then the token's holder.
    result: Plain,
}

/// A call to some CPUs, as `RawMany` does it.
struct Call {
    head: State,
    countdown: Countdown,
    elements: Vec<Element>,
    /// As in the models of csd: where the holder of the token sleeps, the completion on its stack,
    /// and whether that stack is there.
    sleeper: Plain,
    done: Mutex<bool>,
    woken: Condvar,
    stack: Plain,
    ended: AtomicU32,
    reaped: AtomicU32,
    interrupts: Interrupts,
}

impl Call {
    fn new(cpus: usize) -> Arc<Self> {
        let element = |_| Element {
            progress: Progress::new(),
            result: Plain::new(0),
        };
        let this = Self {
            head: State::new(),
            countdown: Countdown::new(),
            elements: (0..cpus).map(element).collect(),
            sleeper: Plain::new(0),
            done: Mutex::new(false),
            woken: Condvar::new(),
            stack: Plain::new(0),
            ended: AtomicU32::new(0),
            reaped: AtomicU32::new(0),
            interrupts: Interrupts::default(),
        };
        // Makes the atomics.
        assert!(this.head.is_idle() && this.countdown.queued(0));
        for element in &this.elements {
            assert_eq!(element.progress.step(), Step::NotAsked);
        }
        Arc::new(this)
    }

    /// `RawMany::queue()` for those CPUs that are not `offline`.
    fn queue(self: &Arc<Self>, argument: u32, offline: &[usize]) {
        let mut queued = 0;
        self.head.start();
        for (cpu, element) in self.elements.iter().enumerate() {
            element.progress.forget();
            element.progress.ask();
            element.result.write(argument);
            if offline.contains(&cpu) {
                element.progress.refuse(OFFLINE);
                continue;
            }
            let this = self.clone();
            self.interrupts.send(move || this.run(cpu));
            queued += 1;
        }
        if self.countdown.queued(queued) {
            self.hand_over();
        }
    }

    /// `element_trampoline()`.
    fn run(&self, cpu: usize) {
        let element = &self.elements[cpu];
        element.progress.run();
        element.result.write(element.result.read() + 1);
        element.progress.ran();
        let after = self.countdown.ran();
        if after.wakes {
            self.wake();
        }
        if after.is_last {
            self.hand_over();
        }
    }

    /// `RawCall::wake()`.
    fn wake(&self) {
        assert_eq!(self.sleeper.read(), 1, "no pointer");
        let mut done = self.done.lock().unwrap();
        assert_eq!(self.stack.read(), 1, "used after it was freed");
        *done = true;
        self.woken.notify_one();
    }

    /// `RawMany::wait_for_fewer()`, which does not spin.
    fn wait_for_fewer(&self, mark: i32) {
        self.stack.write(1);
        *self.done.lock().unwrap() = false;
        self.sleeper.write(1);
        if !self.countdown.announce(mark) {
            let mut done = self.done.lock().unwrap();
            while !*done {
                done = self.woken.wait(done).unwrap();
            }
        }
        // The stack goes.
        self.sleeper.write(0);
        self.stack.write(0);
        self.countdown.retract(mark);
    }

    /// `RawMany::wait_any()`.
    fn wait_any(&self) -> Option<&Element> {
        loop {
            let left = self.countdown.left();
            for element in &self.elements {
                if element.progress.step() == (Step::Ran { told: false }) {
                    element.progress.tell();
                    return Some(element);
                }
            }
            if left == 0 {
                return None;
            }
            self.wait_for_fewer(left);
        }
    }

    /// By the last CPU, or the caller.
    fn hand_over(&self) {
        let before = self.ended.fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "ended twice");
        match self.head.finish() {
            // The models of csd have those that sleep.
            AfterRun::TokenHolder => (),
            AfterRun::Sleeper => panic!("nobody sleeps"),
            AfterRun::Reaper => self.reap(),
        }
    }

    fn try_wait(&self) -> bool {
        let done = self.head.has_ended();
        if done {
            self.ended.store(0, Ordering::Relaxed);
            self.head.take_back();
        }
        done
    }

    fn detach(&self) {
        if self.head.detach() == AfterDetach::TokenHolder {
            self.reap();
        }
    }

    /// The reaper has all of the call to itself.
    fn reap(&self) {
        let before = self.reaped.fetch_add(1, Ordering::Relaxed);
        assert_eq!(before, 0, "reaped twice");
        for element in &self.elements {
            match element.progress.step() {
                Step::Ran { .. } => {
                    assert_eq!(element.result.read(), 11, "reaped before the callback");
                }
                Step::Refused(_) => {}
                step => panic!("reaped while it is {step:?}"),
            }
            element.result.write(0);
        }
    }

    fn end(&self) {
        self.interrupts.end();
    }
}

/// The last one ends the call, be it a CPU or the caller; a caller that has waited has all results,
/// and may queue again.
#[test]
fn ended_by_the_last() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        if call.try_wait() {
            for element in &call.elements {
                let step = element.progress.step();
                assert_eq!(step, Step::Ran { told: false }, "not seen to have run");
                assert_eq!(element.result.read(), 11, "no result");
            }
            call.queue(20, &[0]);
        }
        call.end();
        assert_eq!(call.ended.load(Ordering::Relaxed), 1, "never ended");
    });
}

/// A CPU that could not be queued is not waited for.
#[test]
fn without_the_refused() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[1]);
        call.end();
        assert!(call.try_wait(), "never ended");
        assert_eq!(call.elements[0].result.read(), 11, "no result");
        assert_eq!(call.elements[1].progress.step(), Step::Refused(OFFLINE));
        // Nobody is left.
        call.queue(20, &[0, 1]);
        assert!(call.try_wait(), "never ended");
    });
}

/// A caller that sees that a CPU has run has its result, while others have yet to run.
#[test]
fn results_as_they_come() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        for element in &call.elements {
            if element.progress.step() == (Step::Ran { told: false }) {
                element.progress.tell();
                assert_eq!(element.result.read(), 11, "no result");
            }
        }
        call.end();
    });
}

/// A caller that sleeps for the next result is woken for each, by one CPU, and then finds that
/// there are no more.
#[test]
fn wakes_for_each_result() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        for _ in 0..2 {
            let element = call.wait_any().expect("no result");
            assert_eq!(element.result.read(), 11, "no result");
        }
        assert!(call.wait_any().is_none(), "a third result");
        call.end();
        assert!(call.try_wait(), "never ended");
        // Nothing of the marks is left.
        assert!(call.countdown.queued(0), "a mark");
    });
}

/// A caller that has given up its token after the first result is not woken any more.
#[test]
fn woken_and_dropped() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        call.wait_for_fewer(2);
        call.detach();
        call.end();
        assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
    });
}

/// The token is dropped while CPUs end: one of them, or the dropper, hands the call to the reaper,
/// which sees what all did.
#[test]
fn reaped_once() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        call.detach();
        call.end();
        assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
    });
}

/// Module unload sees what all CPUs did in a call that is no longer pending, though its token was
/// leaked.
#[test]
fn leaked() {
    model(|| {
        let call = Call::new(2);
        call.queue(10, &[]);
        if !call.head.is_pending() {
            for element in &call.elements {
                assert_eq!(element.result.read(), 11, "no result");
            }
        }
        call.end();
    });
}

/// What each word says.
#[test]
fn each_state() {
    model(|| {
        let progress = Progress::new();
        assert_eq!(progress.step(), Step::NotAsked);
        progress.ask();
        assert_eq!(progress.step(), Step::Queued);
        progress.run();
        assert_eq!(progress.step(), Step::Running);
        progress.ran();
        assert_eq!(progress.step(), Step::Ran { told: false });
        progress.tell();
        assert_eq!(progress.step(), Step::Ran { told: true });
        progress.refuse(OFFLINE);
        assert_eq!(progress.step(), Step::Refused(OFFLINE));
        progress.forget();
        assert_eq!(progress.step(), Step::NotAsked);
    });
}
