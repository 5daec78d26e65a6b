// SPDX-License-Identifier: GPL-2.0

//! Two calls take two slots.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ());
    csd::scope(task, |outer| {
        drop(outer.call_on(&mut slot, cpu)?);
        csd::scope(task, |inner| {
            drop(inner.call_on(&mut other, cpu)?);
            Ok(())
        })
    })
}
