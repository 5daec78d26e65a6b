// SPDX-License-Identifier: GPL-2.0

//! The constructor checks.

use crosscall::context::TaskContext;
use kernel::types::NotThreadSafe;

pub fn task() -> TaskContext {
    TaskContext::new()
}
