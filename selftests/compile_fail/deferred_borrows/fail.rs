// SPDX-License-Identifier: GPL-2.0

//! expect: E0597
//! expect-text: `counter` does not live long enough
//!
//! A CPU may stay in user mode for longer than any stack frame lives, and a work can be leaked.

use crosscall::{
    context::IrqsOff,
    deferred::{
        Policy,
        Work, //
    },
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

pub fn count() -> Result {
    let counter = Atomic::<u32>::new(0);
    let shared = &counter;
    let count = |_: &IrqsOff| shared.add(1, Relaxed);
    drop(Work::new(count, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
