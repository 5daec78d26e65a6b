// SPDX-License-Identifier: GPL-2.0

//! A fact learned with it may.

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
    csd::call(task, cpu, |cx| seen = Some(cx.cpu()))?;
    assert!(seen.is_some());
    Ok(())
}
