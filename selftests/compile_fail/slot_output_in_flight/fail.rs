// SPDX-License-Identifier: GPL-2.0

//! expect: E0499
//!
//! The callback writes its result into the slot: reading it in the scope would race with that.

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
        let _ = slot.take_output();
        Ok(())
    })?;
    Ok(())
}
