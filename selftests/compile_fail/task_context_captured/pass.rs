// SPDX-License-Identifier: GPL-2.0

//! A callback that does not use it is fine.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::prelude::*;

pub fn give(task: TaskContext) -> Result {
    drop(csd::new(move |_| size_of::<TaskContext>(), GFP_KERNEL)?);
    Ok(())
}
