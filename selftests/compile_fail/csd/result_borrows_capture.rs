// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: captured variable cannot escape `FnMut` closure body
//! A result that refers to what the callback has captured would be changed by
//! the next run under the eyes of the waiter.
//! pass: A copy is the waiter's.

include!("common/names.rs");

pub fn counter(mut count: u32) -> Result {
    let next = move |_: &_| {
        count += 1;
        &count //[fail]
        count //[pass]
    };
    drop(csd::new(next, GFP_KERNEL)?);
    Ok(())
}
