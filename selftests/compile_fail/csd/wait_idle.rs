// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! expect-text: no method named `wait` found for struct `crosscall::csd::Idle`
//! Waiting for a call that is not queued would never end: the right to queue
//! has no `wait()`.
//! pass: A call that was queued ends.

include!("common/names.rs");

pub fn run<P: CsdPointer>(idle: Idle<P>, task: &TaskContext, cpu: CpuId) -> Result {
    drop(idle.wait(task)); //[fail]
    drop(idle.call_on(cpu)?.wait(task)); //[pass]
    Ok(())
}
