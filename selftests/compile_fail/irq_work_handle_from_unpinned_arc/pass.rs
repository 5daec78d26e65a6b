// SPDX-License-Identifier: GPL-2.0

//! A pinned one does not.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        UniqueArc, //
    },
};

pub fn make<T>(object: UniqueArc<T>) -> Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Handle::from(Pin::from(object))
}
