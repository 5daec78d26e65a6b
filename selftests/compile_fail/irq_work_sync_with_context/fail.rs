// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! What a callback may do does not include sleeping.

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
            other.sync(cx);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
