// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: dropping the last handle gives up the work
//! A work without a handle cannot be queued: the last one should not go by
//! accident.
//! pass: On purpose it is fine.

include!("common/names.rs");

pub fn ignore() -> Result {
    irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?; //[fail]
    drop(irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}
