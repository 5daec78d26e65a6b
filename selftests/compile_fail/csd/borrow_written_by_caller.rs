// SPDX-License-Identifier: GPL-2.0
//! expect: E0502
//! The caller must not write to what a callback reads at the same time.
//! pass: It may do so before the callback borrows it.

include!("common/names.rs");

pub fn write(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result<u32> {
    value += 1; //[pass]
    let mut slot = csd::Slot::new(|_| value + 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        value += 1; //[fail]
        Ok(())
    })?;
    Ok(value)
}
