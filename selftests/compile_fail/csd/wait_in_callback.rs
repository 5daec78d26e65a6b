// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits sleeps with interrupts off: it cannot capture the
//! right to sleep.
//! pass: It may ask whether a call has ended.

include!("common/names.rs");

pub fn nest<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut in_flight = Some(in_flight);
    csd::call(task, cpu, |_| {
        drop(in_flight.take().map(|call| call.wait(task))); //[fail]
        drop(in_flight.take().map(|call| call.try_wait())); //[pass]
    })?;
    Ok(())
}
