// SPDX-License-Identifier: GPL-2.0

//! What it captures must be allowed to be sent.

use core::cell::Cell;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn make(bound: Cell<u32>) -> Result {
    let _work = irq_work::exclusive::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
