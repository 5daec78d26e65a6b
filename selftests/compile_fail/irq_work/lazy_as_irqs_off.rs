// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! On PREEMPT_RT a lazy work runs in a thread, interrupts on.
//! pass: It can ask.

include!("common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Lazy, _>(
        |cx| {
            touch(cx); //[fail]
            cx.irqs_off().map(touch); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
