// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//!
//! The captures of an exclusive closure are used on another CPU.

use core::cell::Cell;
use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn make(bound: *mut u32) -> Result {
    let _work = irq_work::exclusive::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
