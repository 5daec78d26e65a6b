// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//!
//! Runs that overlap use the captures at once, which must be `Sync`: a `Cell` is not.

use core::cell::Cell;
use crosscall::shared;
use kernel::prelude::*;

pub fn make() -> Result {
    let count = Cell::new(0);
    let _call = shared::new(move |_| count.set(count.get() + 1), GFP_KERNEL)?;
    Ok(())
}
