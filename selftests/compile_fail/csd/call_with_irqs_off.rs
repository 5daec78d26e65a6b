// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A call that waits for its own end, made by a callback, would sleep with
//! interrupts off.
//! pass: A task may make it.

include!("common/names.rs");

pub fn ask(cx: &IrqsOff, cpu: CpuId) -> Result<CpuId> { //[fail]
pub fn ask(cx: &TaskContext, cpu: CpuId) -> Result<CpuId> { //[pass]
    Ok(csd::call(cx, cpu, |cx| cx.cpu())?)
}
