// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//!
//! A look at the interrupts gives no token that outlives it.

use crosscall::context::IrqsOff;
use kernel::prelude::*;

pub fn keep() -> Result<bool> {
    let mut kept = None;
    IrqsOff::try_with(|cx| kept = Some(cx))?;
    Ok(kept.is_some())
}
