// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A callback returns nothing, not even its context.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(|cx| cx, GFP_KERNEL)?;
    Ok(())
}
