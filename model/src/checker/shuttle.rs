// SPDX-License-Identifier: GPL-2.0

//! Shuttle runs any number of threads in some of their interleavings. Each access sees the last
//! write.

pub(crate) use ::shuttle::{
    sync,
    thread, //
};

use ::shuttle::{
    scheduler::{
        PctScheduler,
        RandomScheduler,
        Scheduler, //
    },
    Config,
    Runner, //
};
use std::sync::{
    atomic::{
        AtomicBool as Ghost,
        Ordering::SeqCst as Ghostly, //
    },
    Arc,
};
use sync::atomic::{
    AtomicU32,
    Ordering, //
};

/// How many interleavings each scheduler tries.
const RUNS: usize = 2000;

/// The same ones each time.
const SEED: u64 = 13;

/// How often the second scheduler interrupts the thread that it prefers.
const DEPTH: usize = 3;

/// Runs a model in schedules that are random at each step, and in others in which a thread goes on
/// for as long as it can, but for a few random steps.
pub(crate) fn check(threads: impl Fn() + Sync + Send + 'static) {
    let threads = Arc::new(threads);
    run(RandomScheduler::new_from_seed(SEED, RUNS), &threads);
    run(PctScheduler::new_from_seed(SEED, DEPTH, RUNS), &threads);
}

fn run(scheduler: impl Scheduler + 'static, threads: &Arc<impl Fn() + Sync + Send + 'static>) {
    let threads = threads.clone();
    let mut config = Config::new();
    // About weaker orders.
    config.silence_warnings = true;
    Runner::new(scheduler, config).run(move || threads());
}

/// Plain memory. Fails a model that accesses it while another thread writes it.
pub(crate) struct Plain {
    /// Any access may be interrupted just before it.
    value: AtomicU32,
    is_written: Ghost,
}

impl Plain {
    pub(crate) fn new(value: u32) -> Self {
        Self {
            value: AtomicU32::new(value),
            is_written: Ghost::new(false),
        }
    }

    pub(crate) fn read(&self) -> u32 {
        let value = self.value.load(Ordering::Relaxed);
        assert!(!self.is_written.load(Ghostly), "read while it is written");
        value
    }

    pub(crate) fn write(&self, new: u32) {
        let is_written = self.is_written.swap(true, Ghostly);
        assert!(!is_written, "written by two at once");
        self.value.store(new, Ordering::Relaxed);
        self.is_written.store(false, Ghostly);
    }
}
