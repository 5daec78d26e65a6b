// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! The right to wait must not outlive the scope, which ends the call itself:
//! not as what the scope returns.
//! pass: The result may.

include!("common/names.rs");

pub fn escape(task: &TaskContext, cpu: CpuId) {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    let _ = csd::scope(task, |scope| -> Result<_> {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        Ok(in_flight) //[fail]
        Ok(in_flight.wait(task).1) //[pass]
    });
}
