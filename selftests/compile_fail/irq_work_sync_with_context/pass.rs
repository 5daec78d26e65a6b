// SPDX-License-Identifier: GPL-2.0

//! It includes sending an IPI.

use crosscall::irq_work::{
    self,
    Handle,
    Hard,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::Arc, //
};

pub fn nest<T>(other: Handle<Arc<T>>, cpu: CpuId) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(
        move |cx| {
            _ = other.queue_on(cpu, &**cx);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
