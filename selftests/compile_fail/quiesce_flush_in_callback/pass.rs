// SPDX-License-Identifier: GPL-2.0

//! Who may sleep flushes.

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
    flush_all(GracePeriod::Normal, &task)?;
    Callback::new(move |_cx, _: &()| (), GFP_KERNEL)
}
