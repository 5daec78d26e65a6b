// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `clone` found
//! A copy of the right to queue would be a second one for the same csd.
//! pass: Each call has a csd of its own, and a right of its own.

include!("common/names.rs");

pub fn two() -> Result {
    let one = csd::new(|_| (), GFP_KERNEL)?;
    let two = one.clone(); //[fail]
    let two = csd::new(|_| (), GFP_KERNEL)?; //[pass]
    let _ = (one, two);
    Ok(())
}
