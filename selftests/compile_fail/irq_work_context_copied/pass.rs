// SPDX-License-Identifier: GPL-2.0

//! A reference cannot.

use crosscall::irq_work::{
    self,
    Context,
    Hard, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let _cx: &Context<Hard> = cx;
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
