// SPDX-License-Identifier: GPL-2.0
//! expect: E0499
//! Two callbacks must not write to one variable: they may run at once.
//! pass: Each may write to its own.

include!("common/names.rs");

pub fn write(task: &TaskContext, cpu: CpuId, mut values: (u32, u32)) -> Result {
    let mut one = csd::Slot::new(|_| values.0 += 1);
    let mut two = csd::Slot::new(|_| values.0 += 1); //[fail]
    let mut two = csd::Slot::new(|_| values.1 += 1); //[pass]
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut one, cpu)?);
        drop(scope.call_on(&mut two, cpu)?);
        Ok(())
    })
}
