// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! expect-text: a callback gets the token of its own context as an argument
//! The token which says that interrupts are off must not outlive the callback
//! in a variable of the caller.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep(task: &TaskContext, cpu: CpuId) -> Result {
    let mut seen = None;
    csd::call(task, cpu, |cx| seen = Some(cx))?; //[fail]
    csd::call(task, cpu, |cx| seen = Some(cx.cpu()))?; //[pass]
    assert!(seen.is_some());
    Ok(())
}
