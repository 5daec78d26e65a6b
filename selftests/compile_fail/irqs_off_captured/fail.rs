// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! The token which says that interrupts are off must not outlive the callback in a variable of the
//! caller.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn keep(task: &TaskContext, cpu: CpuId) -> Result {
    let mut seen = None;
    csd::call(task, cpu, |cx| seen = Some(cx))?;
    assert!(seen.is_some());
    Ok(())
}
