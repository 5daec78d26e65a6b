// SPDX-License-Identifier: GPL-2.0

//! It takes the one it gets.

use crosscall::irq_work::{
    self,
    Context,
    Hard,
    Normal, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Normal>| (), GFP_KERNEL)?;
    Ok(())
}
