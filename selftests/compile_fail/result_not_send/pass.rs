// SPDX-License-Identifier: GPL-2.0

//! What is `Send` may be a result.

use crosscall::csd;
use kernel::prelude::*;

pub fn address() -> Result {
    drop(csd::new(|_| core::ptr::null::<u32>().addr(), GFP_KERNEL)?);
    Ok(())
}
