// SPDX-License-Identifier: GPL-2.0

//! If a token rules that out, it may.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn count() -> Result {
    let mut count = 0;
    let _work = irq_work::exclusive::<Hard, _>(move |_| count += 1, GFP_KERNEL)?;
    Ok(())
}
