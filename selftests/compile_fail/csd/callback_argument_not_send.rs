// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be sent between threads safely
//! The argument of a closure of any type travels to another CPU.
//! pass: This one may.

include!("common/names.rs");

pub fn make() -> Result {
    let argument = core::ptr::null::<u8>(); //[fail]
    let argument = 0; //[pass]
    drop(Callback::new(argument, |_, _| (), GFP_KERNEL)?);
    Ok(())
}
