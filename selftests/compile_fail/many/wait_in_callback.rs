// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits sleeps with interrupts off: it cannot capture the
//! right to sleep.
//! pass: It may look.

include!("common/names.rs");

pub fn nest<C: Callback>(call: InFlight<C>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut call = Some(call);
    crosscall::csd::call(task, cpu, |_| {
        drop(call.take().map(|call| call.wait(task))); //[fail]
        drop(call.take().map(|call| call.try_wait().ok())); //[pass]
    })?;
    Ok(())
}
