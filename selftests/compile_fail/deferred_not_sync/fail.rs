// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! A work may run on several CPUs at once: what they share must be `Sync`.

use crosscall::{
    context::IrqsOff,
    deferred::{
        Policy,
        Work, //
    },
};
use kernel::prelude::*;

pub fn register(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result {
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
