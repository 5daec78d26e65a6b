// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be sent between threads safely
//! The callback is dropped by the task that waits, or by the reaper.
//! pass: The callback is `Send`.

include!("common/names.rs");

pub fn call(callback: impl Fn(&IrqsOff) + Sync + 'static) -> Result { //[fail]
pub fn call(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}
