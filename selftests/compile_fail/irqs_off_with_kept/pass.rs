// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

use crosscall::context::IrqsOff;

pub fn keep() -> bool {
    let mut kept = None;
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner.cpu())));
    kept.is_some()
}
