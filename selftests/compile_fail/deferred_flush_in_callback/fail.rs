// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: the trait `Sync` is not implemented for `*mut ()`
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
