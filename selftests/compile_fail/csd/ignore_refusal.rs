// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: this `Result` may be an `Err` variant
//! A refused call has not run: ignoring that loses it.
//! pass: The caller says what it does about a refusal.

include!("common/names.rs");

pub fn fire(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    idle.call_on(cpu); //[fail]
    drop(idle.call_on(cpu)?); //[pass]
    Ok(())
}
