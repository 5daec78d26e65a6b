// SPDX-License-Identifier: GPL-2.0

//! One that was leaked and says so may.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

pub fn leak<T>(object: &'static T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static,
{
    object.into()
}
