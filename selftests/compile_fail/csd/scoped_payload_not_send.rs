// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A borrow does not make a value fit for another CPU: here the callback would
//! use a pointer that belongs to the caller's thread.
//! pass: A mutable borrow of what is `Send` is `Send`.

include!("common/names.rs");

pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: *mut u32) -> Result { //[fail]
pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: &'static u32) -> Result { //[pass]
    csd::call(task, cpu, |_| _ = &mut pointer)?;
    Ok(())
}
