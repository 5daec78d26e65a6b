// SPDX-License-Identifier: GPL-2.0

//! expect: E0271
//!
//! An object that an `Arc` keeps must not have handles that do not count: not even one that was
//! leaked.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn leak<T>(object: &'static T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    object.into()
}
