// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

use crosscall::context::IrqsOff;
use kernel::prelude::*;

pub fn keep() -> Result<bool> {
    let mut kept = None;
    IrqsOff::try_with(|cx| kept = Some(cx.cpu()))?;
    Ok(kept.is_some())
}
