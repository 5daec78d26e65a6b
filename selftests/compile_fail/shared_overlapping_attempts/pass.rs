// SPDX-License-Identifier: GPL-2.0

//! A serial call does.

use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let _call = shared::serial(|cx| _ = cx.attempts(), GFP_KERNEL)?;
    Ok(())
}
