// SPDX-License-Identifier: GPL-2.0

//! It is in an `Arc`.

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

pub fn make<T>(object: Pin<UniqueArc<T>>) -> Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    object.into()
}
