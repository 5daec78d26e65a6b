// SPDX-License-Identifier: GPL-2.0

//! expect: E0525
//! expect-text: this closure implements `FnMut`, not `Fn`
//!
//! Two CPUs may run the work at once: none of them has it for itself.

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
    let mut count = 0;
    let callback = move |_: &IrqsOff| count += 1;
    let work = Work::new(callback, Policy::Defer, GFP_KERNEL)?;
    drop(work);
    Ok(())
}
