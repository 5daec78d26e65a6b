// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: appears within the type `NotInNmi`
//!
//! The token of the code that an NMI hits says nothing about the NMI: no callback of any kind can
//! capture it.

use crosscall::{
    context::NotInNmi,
    irq_work::{
        self,
        Handle,
        Hard,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::Arc, //
};

pub fn ring<T>(other: Handle<Arc<T>>, cpu: CpuId, outside: NotInNmi) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(
        move |_| {
            _ = other.queue_on(cpu, &outside);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
