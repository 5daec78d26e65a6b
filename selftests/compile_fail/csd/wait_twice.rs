// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A second wait for one run would never end, or hand out its result twice:
//! `wait()` consumes the right to wait.
//! pass: Each run is waited for once.

include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    drop(in_flight.wait(task)); //[fail]
    let in_flight = in_flight.wait(task).0.call_on(cpu)?; //[pass]
    drop(in_flight.wait(task));
    Ok(())
}
