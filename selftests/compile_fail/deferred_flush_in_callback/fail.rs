// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//!
//! A callback that waits for a work would wait with interrupts off, maybe for itself: it cannot
//! capture the right to sleep.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    deferred::{
        Deferred,
        Policy,
        Work, //
    },
};
use kernel::prelude::*;

pub fn nest<T: Deferred>(other: Work<T>, task: TaskContext) -> Result {
    let callback = move |_: &IrqsOff| other.flush_all(&task);
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
