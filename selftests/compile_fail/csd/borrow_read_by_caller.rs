// SPDX-License-Identifier: GPL-2.0
//! expect: E0502
//! The caller must not read what a callback writes at the same time.
//! pass: After the scope it may.

include!("common/names.rs");

pub fn read(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result {
    let mut slot = csd::Slot::new(|_| value += 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        assert!(value > 0); //[fail]
        Ok(())
    })?;
    assert!(value > 0); //[pass]
    Ok(())
}
