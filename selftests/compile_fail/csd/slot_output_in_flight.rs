// SPDX-License-Identifier: GPL-2.0
//! expect: E0499
//! The callback writes its result into the slot: reading it in the scope would
//! race with that.
//! pass: After the scope, which has waited, it can be read.

include!("common/names.rs");

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        let _ = slot.take_output(); //[fail]
        Ok(())
    })?;
    let _ = slot.take_output(); //[pass]
    Ok(())
}
