// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! Several CPUs run it at once: it cannot write to what they share.
//! pass: Each CPU has a result of its own.

include!("common/names.rs");

pub fn count() -> Result {
    let mut runs = 0u32;
    drop(many::new(move |_| runs += 1, GFP_KERNEL)?); //[fail]
    drop(many::new(move |_| runs + 1, GFP_KERNEL)?); //[pass]
    Ok(())
}
