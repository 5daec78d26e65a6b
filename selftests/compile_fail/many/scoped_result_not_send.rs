// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be sent between threads safely
//! Results travel from each CPU to the caller.
//! pass: This one may.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn ask(task: &TaskContext) -> Result {
    many::call_all(task, |_| core::ptr::null::<u8>())?; //[fail]
    many::call_all(task, |_| 0)?; //[pass]
    Ok(())
}
