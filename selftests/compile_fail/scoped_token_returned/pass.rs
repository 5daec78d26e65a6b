// SPDX-License-Identifier: GPL-2.0

//! The result may.

use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn escape(task: &TaskContext, cpu: CpuId) {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    let _ = csd::scope(task, |scope| -> Result<_> {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        Ok(in_flight.wait(task).1)
    });
}
