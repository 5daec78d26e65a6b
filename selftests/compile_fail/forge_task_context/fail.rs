// SPDX-License-Identifier: GPL-2.0

//! expect: E0423
//!
//! `TaskContext::new()` calls `might_sleep()`, which reports a false claim; a tuple literal would
//! not.

use crosscall::context::TaskContext;
use kernel::types::NotThreadSafe;

pub fn task() -> TaskContext {
    TaskContext(NotThreadSafe)
}
