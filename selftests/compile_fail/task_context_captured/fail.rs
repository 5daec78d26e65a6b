// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: required because it appears within the type `TaskContext`
//!
//! The right to sleep stays with its task: a callback cannot own it.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::prelude::*;

pub fn give(task: TaskContext) -> Result {
    drop(csd::new(move |_| size_of_val(&task), GFP_KERNEL)?);
    Ok(())
}
