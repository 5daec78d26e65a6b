// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: appears within the type `TaskContext`
//!
//! A callback cannot capture the right to sleep.

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
    let _work = irq_work::new::<Hard, _>(move |_| other.sync(&task), GFP_KERNEL)?;
    Ok(())
}
