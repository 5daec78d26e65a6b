// SPDX-License-Identifier: GPL-2.0

//! If a token rules that out, they need not be `Sync`.

use core::cell::Cell;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let count = Cell::new(0);
    let ring = move |_: &_| count.set(count.get() + 1);
    let _work = irq_work::exclusive::<Hard, _>(ring, GFP_KERNEL)?;
    Ok(())
}
