// SPDX-License-Identifier: GPL-2.0

//! expect: E0499
//!
//! A slot in flight must stay in place: swapping it with another one moves its csd, and what its
//! callback works with.

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
        drop(scope.call_on(&mut one, cpu)?);
        core::mem::swap(&mut one, &mut two);
        Ok(())
    })
}
