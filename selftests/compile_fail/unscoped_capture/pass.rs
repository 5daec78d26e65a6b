// SPDX-License-Identifier: GPL-2.0

//! Moved into the closure, they live as long as the call.

use crosscall::csd;
use kernel::prelude::*;

pub fn cpu_after(skip: u32) -> Result {
    let idle = csd::new(move |cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?;
    drop(idle);
    Ok(())
}
