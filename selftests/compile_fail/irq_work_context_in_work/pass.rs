// SPDX-License-Identifier: GPL-2.0

//! The other work has its own.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let other = irq_work::new::<Hard, _>(move |cx| _ = cx.requeue(), GFP_ATOMIC);
            drop(other);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
