// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//!
//! The condition is asked with preemption off, and must not wait.

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
    let is_free = || csd::call(task, first, |_| true).is_ok();
    drop(idle.call_if(|cpu| cpu == first && is_free())?);
    Ok(())
}
