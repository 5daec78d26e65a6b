// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: required because it appears within the type `TaskContext`
//! The right to sleep is that of one task, and does not hold in another one.
//! pass: Each task makes its own.

include!("common/names.rs");

use kernel::workqueue;

pub fn send(task: TaskContext) -> Result {
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(task))?; //[fail]
    workqueue::system().try_spawn(GFP_KERNEL, move || drop(TaskContext::new()))?; //[pass]
    Ok(())
}
