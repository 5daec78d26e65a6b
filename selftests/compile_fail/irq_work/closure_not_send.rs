// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be sent between threads safely
//! A closure is dropped by a workqueue, on any CPU.
//! pass: What it captures must be allowed to be sent.

include!("common/names.rs");

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: As above. //[pass]
unsafe impl Send for Bound {} //[pass]

pub fn make(bound: Bound) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}
