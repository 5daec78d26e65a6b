// SPDX-License-Identifier: GPL-2.0

//! After the scope, which has waited, it can be read.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })?;
    let _ = slot.take_output();
    Ok(())
}
