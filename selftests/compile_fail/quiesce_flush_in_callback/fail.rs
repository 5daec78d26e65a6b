// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//!
//! A callback that flushes waits for itself: it cannot capture the right to sleep.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    quiesce::{
        flush_all,
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
};
use kernel::prelude::*;

pub fn handler(task: TaskContext) -> Result<Quiesced<Callback<()>>> {
    Callback::new(
        move |_cx, _: &()| _ = flush_all(GracePeriod::Normal, &task),
        GFP_KERNEL,
    )
}
