// SPDX-License-Identifier: GPL-2.0
//! expect: E0499
//! A slot whose call is in flight belongs to that call until the scope ends.
//! pass: Two calls take two slots.

include!("common/names.rs");

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(scope.call_on(&mut slot, cpu)?); //[fail]
        drop(scope.call_on(&mut other, cpu)?); //[pass]
        Ok(())
    })
}
