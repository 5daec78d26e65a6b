// SPDX-License-Identifier: GPL-2.0

//! expect: E0597
//!
//! A slot that is made in the scope is gone before the scope has waited for its call.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    csd::scope(task, |scope| {
        let mut slot = csd::Slot::new(|_| ());
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })
}
