// SPDX-License-Identifier: GPL-2.0

//! What is `Send` may go there.

use crosscall::csd;
use kernel::prelude::*;

pub fn read(pointer: &'static u32) -> Result {
    drop(csd::new(move |_| size_of_val(&pointer), GFP_KERNEL)?);
    Ok(())
}
