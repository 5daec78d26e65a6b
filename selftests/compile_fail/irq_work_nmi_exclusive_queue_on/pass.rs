// SPDX-License-Identifier: GPL-2.0

//! It too may be queued on its own CPU.

use crosscall::{
    context::InNmi,
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

pub fn ring<T>(idle: Idle<T>, cpu: CpuId, nmi: &InNmi) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.queue()?)
}
