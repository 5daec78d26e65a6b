// SPDX-License-Identifier: GPL-2.0

//! Each call has a csd of its own, and a right of its own.

use crosscall::csd;
use kernel::prelude::*;

pub fn two() -> Result {
    let one = csd::new(|_| (), GFP_KERNEL)?;
    let two = csd::new(|_| (), GFP_KERNEL)?;
    let _ = (one, two);
    Ok(())
}
