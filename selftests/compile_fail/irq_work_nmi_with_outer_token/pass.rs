// SPDX-License-Identifier: GPL-2.0

//! One that is asked for where it is needed does.

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
            let Ok(outside) = NotInNmi::new() else { return };
            _ = other.queue_on(cpu, &outside);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
