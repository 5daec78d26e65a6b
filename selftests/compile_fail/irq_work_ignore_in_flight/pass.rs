// SPDX-License-Identifier: GPL-2.0

//! On purpose it is fine.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn ignore() -> Result {
    drop(irq_work::exclusive::<Hard, _>(|_| (), GFP_KERNEL)?.queue()?);
    Ok(())
}
