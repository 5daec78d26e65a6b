// SPDX-License-Identifier: GPL-2.0

//! Before their calls, slots can be swapped.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn swap(task: &TaskContext, cpu: CpuId, f: fn(&IrqsOff)) -> Result {
    let (mut one, mut two) = (csd::Slot::new(f), csd::Slot::new(f));
    csd::scope(task, |scope| {
        core::mem::swap(&mut one, &mut two);
        drop(scope.call_on(&mut one, cpu)?);
        Ok(())
    })
}
