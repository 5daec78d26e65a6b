// SPDX-License-Identifier: GPL-2.0

//! The callback has what it needs, or the caller queues.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    csd::scope(task, |scope| {
        csd::call(task, cpu, |_| ())?;
        Ok(())
    })
}
