// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*const u32` cannot be sent between threads safely
//! What a callback captures is used on another CPU, where a raw pointer, for
//! one, may mean nothing.
//! pass: What is `Send` may go there.

include!("common/names.rs");

pub fn read(pointer: *const u32) -> Result { //[fail]
pub fn read(pointer: &'static u32) -> Result { //[pass]
    drop(csd::new(move |_| size_of_val(&pointer), GFP_KERNEL)?);
    Ok(())
}
