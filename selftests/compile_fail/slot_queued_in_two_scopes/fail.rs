// SPDX-License-Identifier: GPL-2.0

//! expect: E0499
//!
//! A slot whose call is in flight in one scope must not be queued in another one within it.

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
        drop(outer.call_on(&mut slot, cpu)?);
        csd::scope(task, |inner| {
            drop(inner.call_on(&mut slot, cpu)?);
            Ok(())
        })
    })
}
