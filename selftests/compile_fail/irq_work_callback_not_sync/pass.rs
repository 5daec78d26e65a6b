// SPDX-License-Identifier: GPL-2.0

//! The exclusive form runs on one.

use core::cell::Cell;
use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Callback,
        Context,
        Hard, //
    }, //
};
use kernel::{
    prelude::*,
    time::Jiffies, //
};

pub fn make(cell: Cell<u32>) -> Result {
    drop(irq_work::ExclusiveCallback::<Hard>::new(
        move |_| cell.set(1),
        GFP_KERNEL,
    )?);
    Ok(())
}
