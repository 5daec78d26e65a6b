// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! Another CPU has its own interrupts: the token stays on this one.
//! pass: The callback has one of its own.

include!("common/names.rs");

pub fn send(task: &TaskContext, cpu: CpuId) -> Result<CpuId> {
    let call = |here: &IrqsOff| csd::call(task, cpu, |_there| here.cpu()); //[fail]
    let call = |_here: &IrqsOff| csd::call(task, cpu, |there| there.cpu()); //[pass]
    Ok(IrqsOff::with(call)?)
}
