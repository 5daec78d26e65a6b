// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A slot that one scope has queued must not be queued in an inner scope, which would not wait for
//! it.

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
    csd::scope(task, |outer| {
        let (idle, ()) = outer.call_on(&mut slot, cpu)?.wait(task);
        csd::scope(task, |inner| {
            drop(inner.call_on(idle, cpu)?);
            Ok(())
        })
    })
}
