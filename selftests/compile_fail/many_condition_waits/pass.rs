// SPDX-License-Identifier: GPL-2.0

//! What it has waited for before it may use.

use crosscall::{
    context::TaskContext,
    csd,
    many::{
        Callback,
        Idle, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn call<C: Callback>(idle: Idle<C>, task: &TaskContext, first: CpuId) -> Result {
    let answer = csd::call(task, first, |_| true).is_ok();
    let is_free = || answer;
    drop(idle.call_if(|cpu| cpu == first && is_free())?);
    Ok(())
}
