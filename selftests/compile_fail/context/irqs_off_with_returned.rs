// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! The token must not outlive the closure that interrupts are off for.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep() -> &'static IrqsOff { //[fail]
    IrqsOff::with(|cx| cx) //[fail]
pub fn keep() -> CpuId { //[pass]
    IrqsOff::with(|cx| cx.cpu()) //[pass]
}
