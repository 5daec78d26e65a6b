// SPDX-License-Identifier: GPL-2.0

//! A pinned one cannot be moved.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: KBox<T>) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Idle::from(KBox::into_pin(object))
}
