// SPDX-License-Identifier: GPL-2.0

//! A hard work runs with interrupts off on every kernel.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        self,
        Hard,
        Normal, //
    },
};
use kernel::prelude::*;

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Hard, _>(|cx| touch(cx), GFP_KERNEL)?;
    Ok(())
}
