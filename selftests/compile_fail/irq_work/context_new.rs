// SPDX-License-Identifier: GPL-2.0
//! expect: E0624
//! The constructor of a context is not for clients.
//! pass: They get it from the callback.

include!("common/names.rs");

use core::ptr;

pub fn make() -> Result {
    let ring = |cx: &Context<Hard>| {
        let _cx = Context::<Hard>::new(ptr::null()); //[fail]
        let _cx = cx; //[pass]
    };
    let _work = irq_work::new(ring, GFP_KERNEL)?;
    Ok(())
}
