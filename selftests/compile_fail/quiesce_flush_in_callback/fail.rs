// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: the trait `Sync` is not implemented for `*mut ()`
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
