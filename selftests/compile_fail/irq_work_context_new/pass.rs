// SPDX-License-Identifier: GPL-2.0

//! They get it from the callback.

use core::ptr;
use crosscall::irq_work::{
    self,
    Context,
    Hard, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let ring = |cx: &Context<Hard>| {
        let _cx = cx;
    };
    let _work = irq_work::new(ring, GFP_KERNEL)?;
    Ok(())
}
