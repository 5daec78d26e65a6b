// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: required because it appears within the type `TaskContext`
//!
//! The right to sleep is that of one task, and does not hold in another one.

use crosscall::context::TaskContext;
use kernel::{
    prelude::*,
    workqueue, //
};

pub fn send(task: TaskContext) -> Result {
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(task))?;
    Ok(())
}
