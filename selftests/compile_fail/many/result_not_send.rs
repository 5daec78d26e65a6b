// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be sent between threads safely
//! A result comes from another CPU.
//! pass: A number may.

include!("common/names.rs");

pub fn ask() -> Result {
    drop(many::new(|_| core::ptr::null_mut::<u32>(), GFP_KERNEL)?); //[fail]
    drop(many::new( //[pass]
        |_| core::ptr::null_mut::<u32>() as usize, //[pass]
        GFP_KERNEL, //[pass]
    )?); //[pass]
    Ok(())
}
