// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//! expect-text: no method named `clone` found
//!
//! A copy of the right to queue would be a second one for the same csd.

use crosscall::csd;
use kernel::prelude::*;

pub fn two() -> Result {
    let one = csd::new(|_| (), GFP_KERNEL)?;
    let two = one.clone();
    let _ = (one, two);
    Ok(())
}
