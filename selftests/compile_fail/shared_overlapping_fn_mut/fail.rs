// SPDX-License-Identifier: GPL-2.0

//! expect: E0594
//!
//! Runs that overlap must not write to the captures.

use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let mut count = 0;
    let _call = shared::new(move |_| count += 1, GFP_KERNEL)?;
    Ok(())
}
