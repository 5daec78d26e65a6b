// SPDX-License-Identifier: GPL-2.0

//! It is.

use crosscall::{
    context::IrqsOff,
    deferred::{
        Policy,
        Work, //
    },
};
use kernel::prelude::*;

pub fn register(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result {
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
