// SPDX-License-Identifier: GPL-2.0

//! A work owns what it uses, or shares it by a counted reference.

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
    let shared = counter;
    let count = move |_: &IrqsOff| shared.add(1, Relaxed);
    drop(Work::new(count, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
