// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! A slot that is made in the scope is gone before the scope has waited for its
//! call.
//! pass: A slot that is made before the scope outlives it.

include!("common/names.rs");

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |scope| {
        let mut slot = csd::Slot::new(|_| ()); //[fail]
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })
}
