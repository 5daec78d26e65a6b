// SPDX-License-Identifier: GPL-2.0

//! With an atomic they may share it.

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
    let count = Atomic::<u32>::new(0);
    let callback = move |_: &IrqsOff| count.add(1, Relaxed);
    let work = Work::new(callback, Policy::Defer, GFP_KERNEL)?;
    drop(work);
    Ok(())
}
