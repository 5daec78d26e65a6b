// SPDX-License-Identifier: GPL-2.0
//! expect: E0499
//! A slot whose call is in flight in one scope must not be queued in another
//! one within it.
//! pass: Two calls take two slots.

include!("common/names.rs");

pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |outer| {
        drop(outer.call_on(&mut slot, cpu)?);
        csd::scope(task, |inner| {
            drop(inner.call_on(&mut slot, cpu)?); //[fail]
            drop(inner.call_on(&mut other, cpu)?); //[pass]
            Ok(())
        })
    })
}
