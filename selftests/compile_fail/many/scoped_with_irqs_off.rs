// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A scoped call waits, which takes the right to sleep.
//! pass: This has it.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn ask(cx: &IrqsOff) -> Result { //[fail]
pub fn ask(cx: &TaskContext) -> Result { //[pass]
    many::call_all(cx, |_| ())?;
    Ok(())
}
