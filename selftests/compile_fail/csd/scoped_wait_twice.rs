// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A second wait for one run would never end: `wait()` consumes the right to
//! wait in a scope too.
//! pass: Each run is waited for once.

include!("common/names.rs");

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        drop(in_flight.wait(task));
        drop(in_flight.wait(task)); //[fail]
        Ok(())
    })
}
