// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! Two CPUs may run a closure at once: it must not write to what it owns.
//! pass: If a token rules that out, it may.

include!("common/names.rs");

pub fn count() -> Result {
    let mut count = 0;
    let _work = irq_work::new::<Hard, _>(move |_| count += 1, GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(move |_| count += 1, GFP_KERNEL)?; //[pass]
    Ok(())
}
