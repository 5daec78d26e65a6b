// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! That interrupts are off holds until the callback ends.
//! pass: The reference lives as long as the borrow of the context.

include!("common/names.rs");

pub fn keep(cx: &ThreadedOnRt) -> Option<&'static IrqsOff> { //[fail]
pub fn keep(cx: &ThreadedOnRt) -> Option<&IrqsOff> { //[pass]
    cx.irqs_off()
}
