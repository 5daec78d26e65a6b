// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! Nor must the token in the context leave.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep() -> Result {
    let mut seen = None;
    _ = exclusive::new::<Hard, _>(move |cx| _ = seen.replace(cx), GFP_KERNEL)?; //[fail]
    _ = exclusive::new::<Hard, _>(move |cx| _ = seen.replace(cx.cpu()), GFP_KERNEL)?; //[pass]
    Ok(())
}
