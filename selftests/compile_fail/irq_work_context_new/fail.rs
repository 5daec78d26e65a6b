// SPDX-License-Identifier: GPL-2.0

//! expect: E0624
//!
//! The constructor of a context is not for clients.

use core::ptr;
use crosscall::irq_work::{
    self,
    Context,
    Hard, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let ring = |cx: &Context<Hard>| {
        let _cx = Context::<Hard>::new(ptr::null());
    };
    let _work = irq_work::new(ring, GFP_KERNEL)?;
    Ok(())
}
