// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A right to sleep in a static would be there for callbacks too.

use crosscall::context::TaskContext;
use kernel::sync::SetOnce;

pub static TASK: SetOnce<TaskContext> = SetOnce::new();
