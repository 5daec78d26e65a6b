// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! It runs on several CPUs at once: what they share must be `Sync`.
//! pass: It is.

include!("common/names.rs");

pub fn call(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result { //[fail]
pub fn call(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}
