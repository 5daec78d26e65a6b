// SPDX-License-Identifier: GPL-2.0

//! expect: unused_must_use
//! expect-text: dropping this drops the work
//!
//! The token owns the work, which should not be freed by accident.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn ignore() -> Result {
    irq_work::exclusive::<Hard, _>(|_| (), GFP_KERNEL)?;
    Ok(())
}
