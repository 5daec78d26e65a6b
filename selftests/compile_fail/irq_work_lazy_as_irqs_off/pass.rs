// SPDX-License-Identifier: GPL-2.0

//! It can ask.

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
            cx.irqs_off().map(touch);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
