// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! A work may run on several CPUs at once: what they share must be `Sync`.
//! pass: It is.

include!("common/names.rs");

pub fn register(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result { //[fail]
pub fn register(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
