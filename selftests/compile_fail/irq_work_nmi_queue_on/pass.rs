// SPDX-License-Identifier: GPL-2.0

//! It may queue on its own CPU.

use crosscall::{
    context::InNmi,
    irq_work::{
        Handle,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::Arc, //
};

pub fn ring<T>(handle: &Handle<Arc<T>>, cpu: CpuId, nmi: &InNmi) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.queue()
}
