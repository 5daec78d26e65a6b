// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A right to sleep in a static would be there for callbacks too.
//! pass: Each task makes its own.

include!("common/names.rs");

use kernel::sync::SetOnce;

pub static TASK: SetOnce<TaskContext> = SetOnce::new(); //[fail]
pub static TASK: SetOnce<fn() -> TaskContext> = SetOnce::new(); //[pass]
