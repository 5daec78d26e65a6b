// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: dropping this gives up the result
//! Dropping the right to wait gives up the result, which should not happen by
//! accident.
//! pass: Dropping it on purpose is fine: the call runs, and a workqueue frees
//! it.

include!("common/names.rs");

pub fn fire(cpu: CpuId) -> Result {
    csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?; //[fail]
    drop(csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?); //[pass]
    Ok(())
}
