// SPDX-License-Identifier: GPL-2.0

//! One for good does.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};

pub fn make<T>(object: &'static T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static,
{
    Handle::from(object)
}
