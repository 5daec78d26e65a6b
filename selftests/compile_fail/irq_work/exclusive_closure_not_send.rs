// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The captures of an exclusive closure are used on another CPU.
//! pass: What it captures must be allowed to be sent.

include!("common/names.rs");

pub fn make(bound: *mut u32) -> Result { //[fail]
pub fn make(bound: Cell<u32>) -> Result { //[pass]
    let _work = exclusive::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
