// SPDX-License-Identifier: GPL-2.0

//! It ends.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(|_cx| (), GFP_KERNEL)?;
    Ok(())
}
