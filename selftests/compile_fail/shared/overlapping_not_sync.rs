// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! Runs that overlap use the captures at once, which must be `Sync`: a `Cell`
//! is not.
//! pass: A serial call has them to itself.

include!("common/names.rs");

use core::cell::Cell;

pub fn make() -> Result {
    let count = Cell::new(0);
    let _call = shared::new(move |_| count.set(count.get() + 1), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| count.set(count.get() + 1), GFP_KERNEL)?; //[pass]
    Ok(())
}
