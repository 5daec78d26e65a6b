// SPDX-License-Identifier: GPL-2.0

//! It may drop the handle. A workqueue drops the object.

use crosscall::{
    context::IrqsOff,
    irq_work::{
        self,
        Handle,
        Hard,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub fn free<T>(handle: Handle<Pin<KBox<T>>>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    let mut handle = Some(handle);
    let free = move |cx: &IrqsOff| {
        drop(handle.take());
    };
    let _work = irq_work::exclusive::<Hard, _>(free, GFP_KERNEL)?;
    Ok(())
}
