// SPDX-License-Identifier: GPL-2.0

//! Others it may queue.

use crosscall::irq_work::{
    self,
    Handle,
    Hard,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

pub fn make<T>(other: Handle<Arc<T>>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::exclusive::<Hard, _>(
        move |cx| {
            _ = other.queue();
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
