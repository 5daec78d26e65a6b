// SPDX-License-Identifier: GPL-2.0

//! The last reference can become a handle again.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn second<T>(handle: &Handle<Arc<T>>) -> Option<Handle<Arc<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Arc::into_unique_or_drop(handle.shared()).map(Handle::from)
}
