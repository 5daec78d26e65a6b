// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*const u32` cannot be sent between threads safely
//! A result is made on one CPU and used on another.
//! pass: What is `Send` may be a result.

include!("common/names.rs");

pub fn address() -> Result {
    drop(csd::new(|_| core::ptr::null::<u32>(), GFP_KERNEL)?); //[fail]
    drop(csd::new(|_| core::ptr::null::<u32>().addr(), GFP_KERNEL)?); //[pass]
    Ok(())
}
