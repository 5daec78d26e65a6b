// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A callback must not hand its context on to another work.
//! pass: The other work has its own.

include!("common/names.rs");

pub fn chain() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let other = irq_work::new::<Hard, _>(move |_| _ = cx.requeue(), GFP_ATOMIC); //[fail]
            let other = irq_work::new::<Hard, _>(move |cx| _ = cx.requeue(), GFP_ATOMIC); //[pass]
            drop(other);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
