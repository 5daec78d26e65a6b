// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//!
//! The token of an inner closure must not outlive it in a variable of the outer one: interrupts may
//! be on by then.

use crosscall::context::IrqsOff;

pub fn keep() -> bool {
    let mut kept = None;
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner)));
    kept.is_some()
}
