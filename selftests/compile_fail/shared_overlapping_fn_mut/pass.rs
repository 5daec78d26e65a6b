// SPDX-License-Identifier: GPL-2.0

//! A serial call may.

use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let mut count = 0;
    let _call = shared::serial(move |_| count += 1, GFP_KERNEL)?;
    Ok(())
}
