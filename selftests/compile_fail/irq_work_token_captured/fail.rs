// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! Nor must the token in the context leave.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn keep() -> Result {
    let mut seen = None;
    let _work = irq_work::exclusive::<Hard, _>(move |cx| _ = seen.replace(cx), GFP_KERNEL)?;
    Ok(())
}
