// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! A callback that shares a `Cell` with its caller races with it.
//! pass: An atomic can be shared.

include!("common/names.rs");

use kernel::sync::atomic::Atomic;

pub fn share(task: &TaskContext, cpu: CpuId) -> Result {
    let shared = Cell::new(0); //[fail]
    let shared = Atomic::new(0); //[pass]
    csd::call(task, cpu, |_| _ = &shared)?;
    Ok(())
}
