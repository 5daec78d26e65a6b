// SPDX-License-Identifier: GPL-2.0

//! Each task makes its own.

use crosscall::context::TaskContext;
use kernel::{
    prelude::*,
    workqueue, //
};

pub fn send(task: TaskContext) -> Result {
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(TaskContext::new()))?;
    Ok(())
}
