// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn keep() -> Result {
    let mut seen = None;
    let _work = irq_work::exclusive::<Hard, _>(move |cx| _ = seen.replace(cx.cpu()), GFP_KERNEL)?;
    Ok(())
}
