// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! Two CPUs may run a closure at once, with the same captures.
//! pass: If a token rules that out, they need not be `Sync`.

include!("common/names.rs");

pub fn make() -> Result {
    let count = Cell::new(0);
    let ring = move |_: &_| count.set(count.get() + 1);
    let _work = irq_work::new::<Hard, _>(ring, GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(ring, GFP_KERNEL)?; //[pass]
    Ok(())
}
