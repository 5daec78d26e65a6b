// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! The next call writes its results over those of the last one.
//! pass: They can be moved out.

include!("common/names.rs");

pub fn again<C: Callback<Output = KBox<u32>>>(mut done: Done<C>) -> Result<u32> {
    let first = done.iter().next().ok_or(EIO)?.1?; //[fail]
    let first = done.drain().next().ok_or(EIO)?.1?; //[pass]
    drop(done.into_idle().call_all()?);
    Ok(**first) //[fail]
    Ok(*first) //[pass]
}
