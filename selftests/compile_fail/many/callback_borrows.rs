// SPDX-License-Identifier: GPL-2.0
//! expect: E0373
//! The call may outlive the frame that it is made in.
//! pass: It owns what it uses.

include!("common/names.rs");

pub fn call(number: u32) -> Result {
    drop(many::new(|_| number, GFP_KERNEL)?.call_all()?); //[fail]
    drop(many::new(move |_| number, GFP_KERNEL)?.call_all()?); //[pass]
    Ok(())
}
