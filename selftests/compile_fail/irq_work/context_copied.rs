// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! A copy of the context could outlive the callback.
//! pass: A reference cannot.

include!("common/names.rs");

pub fn make() -> Result {
    let _work = irq_work::new::<Hard, _>(
        |cx| {
            let _cx: Context<Hard> = *cx; //[fail]
            let _cx: &Context<Hard> = cx; //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
