// SPDX-License-Identifier: GPL-2.0

//! A callback that returns nothing returns no rights.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::prelude::*;

pub fn take() -> Result {
    drop(csd::new(|_| (), GFP_KERNEL)?);
    Ok(())
}
