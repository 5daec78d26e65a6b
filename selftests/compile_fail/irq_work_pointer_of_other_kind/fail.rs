// SPDX-License-Identifier: GPL-2.0

//! expect: E0271
//!
//! The callback of an object that an `Arc` keeps clones that: it must not be in a box.

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

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    object.into()
}
