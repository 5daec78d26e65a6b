// SPDX-License-Identifier: GPL-2.0

//! expect: E0505
//!
//! Freeing a slot in flight frees the node that is in the list of the target CPU.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut storage = KBox::new(csd::Slot::new(|_| ()), GFP_KERNEL)?;
    let slot = &mut *storage;
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(slot, cpu)?);
        drop(storage);
        Ok(())
    })?;
    Ok(())
}
