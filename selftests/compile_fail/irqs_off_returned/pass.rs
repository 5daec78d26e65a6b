// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

use crosscall::csd;
use kernel::prelude::*;

pub fn keep() -> Result {
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?;
    drop(idle);
    Ok(())
}
