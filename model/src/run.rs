// SPDX-License-Identifier: GPL-2.0

//! What models share.

use loom::{
    cell::UnsafeCell,
    thread::{
        self,
        JoinHandle, //
    },
};
use std::sync::Mutex;

use crate::sync::atomic::set_barriers;

/// How often a thread may be interrupted where it could have gone on. (`LOOM_MAX_PREEMPTIONS`.)
const PREEMPTIONS: usize = 3;

/// Runs a model in all ways there are within that bound.
pub(crate) fn model(threads: impl Fn() + Sync + Send + 'static) {
    set_barriers(false);
    check(threads);
}

/// The same with fully ordered operations that are full barriers, for what relies on that: it hides
/// bugs of order elsewhere.
pub(crate) fn model_with_barriers(threads: impl Fn() + Sync + Send + 'static) {
    set_barriers(true);
    check(threads);
}

fn check(threads: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound.get_or_insert(PREEMPTIONS);
    builder.check(threads);
}

/// Plain memory. Loom fails a model that accesses it from two threads without order between them.
pub(crate) struct Plain(UnsafeCell<u32>);

// SAFETY: Loom checks that accesses do not race.
unsafe impl Sync for Plain {}

impl Plain {
    pub(crate) fn new(value: u32) -> Self {
        Self(UnsafeCell::new(value))
    }

    pub(crate) fn read(&self) -> u32 {
        // SAFETY: The pointer is to the cell's value, and loom fails a model in which a write races
        // with this.
        self.0.with(|value| unsafe { *value })
    }

    pub(crate) fn write(&self, new: u32) {
        // SAFETY: The pointer is to the cell's value, and loom fails a model in which another
        // access races with this.
        self.0.with_mut(|value| unsafe { *value = new })
    }
}

/// Interrupts that were sent: each a thread, which starts when loom pleases. (A loop that waits for
/// them would have to be bounded.)
#[derive(Default)]
pub(crate) struct Interrupts(Mutex<Vec<JoinHandle<()>>>);

impl Interrupts {
    /// What the sender did before is ordered before the handler, as by the list that carries it.
    pub(crate) fn send(&self, handler: impl FnOnce() + 'static) {
        let thread = thread::spawn(handler);
        self.0.lock().unwrap().push(thread);
    }

    /// Waits for all, those included that handlers send.
    pub(crate) fn end(&self) {
        // Not with `while let`, which would hold the lock.
        loop {
            let Some(thread) = self.0.lock().unwrap().pop() else {
                break;
            };
            thread.join().unwrap();
        }
    }
}
