// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A callback must not hand its context on to another work.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let other = irq_work::new::<Hard, _>(move |_| _ = cx.requeue(), GFP_ATOMIC);
            drop(other);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
