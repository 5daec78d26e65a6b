// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! That interrupts are off holds in the callback alone.
//! pass: Which CPU it was holds for ever.

include!("common/names.rs");

pub fn ask() -> Result {
    drop(many::new(|cx: &IrqsOff| cx, GFP_KERNEL)?); //[fail]
    drop(many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?); //[pass]
    Ok(())
}
