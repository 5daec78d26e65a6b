// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! The closure runs on another CPU, also where its type is erased.
//! pass: This one may.

include!("common/names.rs");

pub fn make(cell: &'static Cell<u32>) -> Result { //[fail]
    drop(Callback::new(0, |_, n| cell.set(*n), GFP_KERNEL)?); //[fail]
pub fn make(cell: Cell<u32>) -> Result { //[pass]
    drop(Callback::new(0, move |_, n| cell.set(*n), GFP_KERNEL)?); //[pass]
    Ok(())
}
