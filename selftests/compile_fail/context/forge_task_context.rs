// SPDX-License-Identifier: GPL-2.0
//! expect: E0423
//! `TaskContext::new()` calls `might_sleep()`, which reports a false claim; a
//! tuple literal would not.
//! pass: The constructor checks.

include!("common/names.rs");

use kernel::types::NotThreadSafe;

pub fn task() -> TaskContext {
    TaskContext(NotThreadSafe) //[fail]
    TaskContext::new() //[pass]
}
