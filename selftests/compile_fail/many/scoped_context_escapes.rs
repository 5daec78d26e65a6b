// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `&IrqsOff` cannot be sent between threads safely
//! The proof that interrupts are off ends with the callback.
//! pass: What it says may be returned.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn ask(task: &TaskContext) -> Result {
    many::call_all(task, |cx: &IrqsOff| cx)?; //[fail]
    many::call_all(task, |cx: &IrqsOff| cx.cpu())?; //[pass]
    Ok(())
}
