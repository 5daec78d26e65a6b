// SPDX-License-Identifier: GPL-2.0
//! expect: E0505 E0597
//! Freeing a slot in flight frees the node that is in the list of the target
//! CPU.
//! pass: After the scope it may go.

include!("common/names.rs");

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = KBox::new(csd::Slot::new(|_| ()), GFP_KERNEL)?;
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(slot); //[fail]
        Ok(())
    })?;
    drop(slot); //[pass]
    Ok(())
}
