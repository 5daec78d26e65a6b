// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `attempts` found
//! Attempts are not counted where runs overlap.
//! pass: A serial call counts its attempts.

include!("common/names.rs");

pub fn make() -> Result {
    let _call = shared::new(|cx| _ = cx.attempts(), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(|cx| _ = cx.attempts(), GFP_KERNEL)?; //[pass]
    Ok(())
}
