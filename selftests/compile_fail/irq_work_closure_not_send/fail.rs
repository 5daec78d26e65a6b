// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be sent between threads safely
//!
//! A closure is dropped by a workqueue, on any CPU.

use core::marker::PhantomData;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

pub fn make(bound: Bound) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
