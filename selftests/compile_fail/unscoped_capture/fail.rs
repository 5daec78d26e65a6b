// SPDX-License-Identifier: GPL-2.0

//! expect: E0373
//!
//! Outside a scope a closure must not capture the variables of its caller by reference: the call
//! may outlive them.

use crosscall::csd;
use kernel::prelude::*;

pub fn cpu_after(skip: u32) -> Result {
    let idle = csd::new(|cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?;
    drop(idle);
    Ok(())
}
