// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! On PREEMPT_RT a lazy work runs in a thread, interrupts on.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        self,
        Lazy, //
    },
};
use kernel::prelude::*;

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Lazy, _>(
        |cx| {
            touch(cx);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
