// SPDX-License-Identifier: GPL-2.0

//! Who asks gets no more than that.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn keep<T>(handle: &Handle<Arc<T>>) -> &T
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    &**handle
}
