// SPDX-License-Identifier: GPL-2.0

//! What it captures must be allowed to be sent.

use core::marker::PhantomData;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: As above.
unsafe impl Send for Bound {}

pub fn make(bound: Bound) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
