// SPDX-License-Identifier: GPL-2.0

//! What models share.

use std::sync::Mutex;

pub(crate) use crate::checker::Plain;

use crate::{
    checker::{
        check,
        thread::{
            self,
            JoinHandle, //
        },
    },
    sync::atomic::set_barriers,
};

/// Runs a model in all ways that the checker tries.
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

/// Interrupts that were sent: each a thread, which starts when the checker pleases. (A loop that
/// waits for them would have to be bounded.)
#[derive(Default)]
pub(crate) struct Interrupts(Mutex<Vec<JoinHandle<()>>>);

impl Interrupts {
    /// What the sender did before is ordered before the handler, as by the list that carries it.
    pub(crate) fn send(&self, handler: impl FnOnce() + Send + 'static) {
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
