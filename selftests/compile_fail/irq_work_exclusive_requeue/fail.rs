// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! An exclusive callback has the mutable reference: it must not queue itself to run on another CPU
//! meanwhile.

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
            _ = cx.requeue();
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
