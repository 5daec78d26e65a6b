// SPDX-License-Identifier: GPL-2.0

//! The token of an idle work knows it too.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback,
    IrqWorkPointer, //
};
use kernel::prelude::*;

pub fn object<T>(idle: &mut Idle<T>) -> Pin<&mut T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    idle.as_mut()
}
