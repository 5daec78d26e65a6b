// SPDX-License-Identifier: GPL-2.0

//! Loom tries all interleavings of a few threads, and all values that their loads may return.

pub(crate) use ::loom::{
    sync,
    thread, //
};

use ::loom::{
    cell::UnsafeCell,
    model::Builder, //
};

/// How often a thread may be interrupted where it could have gone on. (`LOOM_MAX_PREEMPTIONS`.)
const PREEMPTIONS: usize = 3;

/// Runs a model in all ways there are within that bound.
pub(crate) fn check(threads: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
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
