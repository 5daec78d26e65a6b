// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! The condition is asked with preemption off, and must not wait.
//! pass: What it has waited for before it may use.

include!("common/names.rs");

use crosscall::csd;

pub fn call<C: Callback>(idle: Idle<C>, task: &TaskContext, first: CpuId) -> Result {
    let is_free = || csd::call(task, first, |_| true).is_ok(); //[fail]
    let answer = csd::call(task, first, |_| true).is_ok(); //[pass]
    let is_free = || answer; //[pass]
    drop(idle.call_if(|cpu| cpu == first && is_free())?);
    Ok(())
}
