// SPDX-License-Identifier: GPL-2.0
//! expect: E0499
//! A slot in flight must stay in place: swapping it with another one moves its
//! csd, and what its callback works with.
//! pass: Before their calls, slots can be swapped.

include!("common/names.rs");

pub fn swap(task: &TaskContext, cpu: CpuId, f: fn(&IrqsOff)) -> Result {
    let (mut one, mut two) = (csd::Slot::new(f), csd::Slot::new(f));
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut one, cpu)?); //[fail]
        core::mem::swap(&mut one, &mut two);
        drop(scope.call_on(&mut one, cpu)?); //[pass]
        Ok(())
    })
}
