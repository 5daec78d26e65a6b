// SPDX-License-Identifier: GPL-2.0

//! It may cancel another work, which never waits.

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
    let callback = move |cx: &IrqsOff| _ = other.cancel_on(cx.cpu());
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
