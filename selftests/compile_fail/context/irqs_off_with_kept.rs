// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! The token of an inner closure must not outlive it in a variable of the outer
//! one: interrupts may be on by then.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep() -> bool {
    let mut kept = None;
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner))); //[fail]
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner.cpu()))); //[pass]
    kept.is_some()
}
