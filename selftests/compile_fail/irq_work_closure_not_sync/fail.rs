// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//!
//! Two CPUs may run a closure at once, with the same captures.

use core::cell::Cell;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let count = Cell::new(0);
    let ring = move |_: &_| count.set(count.get() + 1);
    let _work = irq_work::new::<Hard, _>(ring, GFP_KERNEL)?;
    Ok(())
}
