// SPDX-License-Identifier: GPL-2.0
//! expect: E0631
//! A closure must not take the context of another mode than that of its work.
//! pass: It takes the one it gets.

include!("common/names.rs");

pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Hard>| (), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Normal>| (), GFP_KERNEL)?; //[pass]
    Ok(())
}
