// SPDX-License-Identifier: GPL-2.0

//! From there it can be taken.

use crosscall::{
    context::TaskContext,
    irq_work::{
        Exclusive,
        HasIrqWork,
        Idle,
        InFlight,
        IrqWorkCallback, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn ring<T>(idle: Idle<T>, cpu: CpuId, task: &TaskContext) -> Result<InFlight<T>, Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    match idle.queue_on(cpu, task) {
        Ok(in_flight) => Ok(in_flight),
        Err(refused) => Err(refused.token),
    }
}
