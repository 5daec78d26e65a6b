// SPDX-License-Identifier: GPL-2.0

//! It returns what is to be dropped.

use crosscall::csd;
use kernel::prelude::*;

pub fn hand_over(mut data: KVec<u8>) -> Result {
    let idle = csd::new(move |_| core::mem::take(&mut data), GFP_KERNEL)?;
    drop(idle);
    Ok(())
}
