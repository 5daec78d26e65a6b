// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! The token of an exclusive work can be leaked too.
//! pass: What the callback owns is leaked with it.

include!("common/names.rs");

pub fn count() -> Result {
    let mut count = 0;
    let count = &mut count; //[fail]
    let add = move |_: &_| *count += 1; //[fail]
    let add = move |_: &_| count += 1; //[pass]
    let _work = exclusive::new::<Hard, _>(add, GFP_KERNEL)?;
    Ok(())
}
