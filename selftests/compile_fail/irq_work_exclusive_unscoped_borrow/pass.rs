// SPDX-License-Identifier: GPL-2.0

//! What the callback owns is leaked with it.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn count() -> Result {
    let mut count = 0;
    let add = move |_: &_| count += 1;
    let _work = irq_work::exclusive::<Hard, _>(add, GFP_KERNEL)?;
    Ok(())
}
