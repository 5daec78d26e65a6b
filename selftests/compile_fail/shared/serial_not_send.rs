// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A serial callback still runs on any CPU, and is dropped on another one.
//! pass: What may be sent may be captured.

include!("common/names.rs");

pub fn make(owned: NotInNmi) -> Result { //[fail]
pub fn make(owned: KBox<u8>) -> Result { //[pass]
    let _call = shared::serial(move |_| _ = &owned, GFP_KERNEL)?;
    Ok(())
}
