// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! The token must not outlive the closure that interrupts are off for.

use crosscall::context::IrqsOff;

pub fn keep() -> &'static IrqsOff {
    IrqsOff::with(|cx| cx)
}
