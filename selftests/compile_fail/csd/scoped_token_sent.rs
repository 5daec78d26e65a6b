// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: a scope and its tokens stay with the task that waits for the scope
//! The right to wait for a scoped call gives access to its slot, which is the
//! caller's alone.
//! pass: The caller waits.

include!("common/names.rs");

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        csd::call(task, cpu, |_| _ = &in_flight)?; //[fail]
        drop(in_flight.wait(task)); //[pass]
        Ok(())
    })
}
