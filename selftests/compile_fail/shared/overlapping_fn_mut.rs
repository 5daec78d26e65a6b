// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! Runs that overlap must not write to the captures.
//! pass: A serial call may.

include!("common/names.rs");

pub fn make() -> Result {
    let mut count = 0;
    let _call = shared::new(move |_| count += 1, GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| count += 1, GFP_KERNEL)?; //[pass]
    Ok(())
}
