// SPDX-License-Identifier: GPL-2.0

//! expect: E0631
//!
//! A closure must not take the context of another mode than that of its work.

use crosscall::irq_work::{
    self,
    Context,
    Hard,
    Normal, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Hard>| (), GFP_KERNEL)?;
    Ok(())
}
