// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//! expect-text: no method named `attempts` found
//!
//! Where runs overlap nobody counts attempts.

use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let _call = shared::new(|cx| _ = cx.attempts(), GFP_KERNEL)?;
    Ok(())
}
