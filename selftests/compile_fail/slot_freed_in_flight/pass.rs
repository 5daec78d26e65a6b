// SPDX-License-Identifier: GPL-2.0

//! After the scope it may go.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = KBox::new(csd::Slot::new(|_| ()), GFP_KERNEL)?;
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })?;
    drop(slot);
    Ok(())
}
