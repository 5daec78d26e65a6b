// SPDX-License-Identifier: GPL-2.0

//! Each task makes its own.

use crosscall::context::TaskContext;
use kernel::sync::SetOnce;

pub static TASK: SetOnce<fn() -> TaskContext> = SetOnce::new();
