// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! expect-text: expected `&IrqsOff`, found `&Context<Normal>`
//! On PREEMPT_RT a normal work runs in a thread, interrupts on.
//! pass: A hard work runs with interrupts off on every kernel.

include!("common/names.rs");

fn touch(_cx: &IrqsOff) {}

pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|cx| touch(cx), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(|cx| touch(cx), GFP_KERNEL)?; //[pass]
    Ok(())
}
