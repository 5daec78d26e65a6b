// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! Two CPUs may run the closure at once, also where its type is erased.

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
    drop(Callback::<Hard>::new(move |_| cell.set(1), GFP_KERNEL)?);
    Ok(())
}
