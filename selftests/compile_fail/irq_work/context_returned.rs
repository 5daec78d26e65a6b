// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A callback returns nothing, not even its context.
//! pass: It ends.

include!("common/names.rs");

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(|cx| cx, GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(|_cx| (), GFP_KERNEL)?; //[pass]
    Ok(())
}
