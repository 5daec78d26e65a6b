// SPDX-License-Identifier: GPL-2.0

//! It may queue another work.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Handle,
        Hard,
        HasIrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

pub fn nest<T>(other: Handle<Arc<T>>, task: TaskContext) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(move |_| _ = other.queue(), GFP_KERNEL)?;
    Ok(())
}
