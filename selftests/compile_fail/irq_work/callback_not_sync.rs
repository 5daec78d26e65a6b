// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! Two CPUs may run the closure at once, also where its type is erased.
//! pass: The exclusive form runs on one.

include!("common/names.rs");

use kernel::time::Jiffies;

pub fn make(cell: Cell<u32>) -> Result {
    drop(Callback::<Hard>::new(move |_| cell.set(1), GFP_KERNEL)?); //[fail]
    drop(exclusive::Callback::<Hard>::new( //[pass]
        move |_| cell.set(1), //[pass]
        GFP_KERNEL, //[pass]
    )?); //[pass]
    Ok(())
}
