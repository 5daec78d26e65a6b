// SPDX-License-Identifier: GPL-2.0

//! It gives a shared one.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn object<T>(handle: &mut Handle<Arc<T>>) -> Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.shared()
}
