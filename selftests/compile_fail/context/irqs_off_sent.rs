// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! The token which says that interrupts are off here must not reach another
//! CPU.
//! pass: Each callback has its own.

include!("common/names.rs");

pub fn send(cx: &IrqsOff, task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| cx.cpu())?; //[fail]
    csd::call(task, cpu, |cx| cx.cpu())?; //[pass]
    Ok(())
}
