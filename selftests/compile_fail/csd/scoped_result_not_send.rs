// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! The result of a scoped call, too, is made on one CPU and used on another.
//! pass: What is `Send` may be a result.

include!("common/names.rs");

pub fn address(task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| core::ptr::null::<u32>())?; //[fail]
    csd::call(task, cpu, |_| core::ptr::null::<u32>().addr())?; //[pass]
    Ok(())
}
