// SPDX-License-Identifier: GPL-2.0

//! A serial call has them to itself.

use core::cell::Cell;
use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let count = Cell::new(0);
    let _call = shared::serial(move |_| count.set(count.get() + 1), GFP_KERNEL)?;
    Ok(())
}
