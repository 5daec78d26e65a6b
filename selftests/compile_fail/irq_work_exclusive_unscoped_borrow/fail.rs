// SPDX-License-Identifier: GPL-2.0

//! expect: E0597
//!
//! The token of an exclusive work can be leaked too.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn count() -> Result {
    let mut count = 0;
    let count = &mut count;
    let add = move |_: &_| *count += 1;
    let _work = irq_work::exclusive::<Hard, _>(add, GFP_KERNEL)?;
    Ok(())
}
