// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! The right to wait must not outlive the scope, which ends the call itself:
//! not in a variable of the caller.
//! pass: The result may.

include!("common/names.rs");

pub fn escape(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    let mut kept = None;
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        let _ = kept.insert(in_flight); //[fail]
        let _ = kept.insert(in_flight.wait(task).1); //[pass]
        Ok(())
    })
}
