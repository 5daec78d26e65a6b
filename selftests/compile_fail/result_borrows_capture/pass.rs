// SPDX-License-Identifier: GPL-2.0

//! A copy is the waiter's.

use crosscall::csd;
use kernel::prelude::*;

pub fn counter(mut count: u32) -> Result {
    let next = move |_: &_| {
        count += 1;
        count
    };
    drop(csd::new(next, GFP_KERNEL)?);
    Ok(())
}
