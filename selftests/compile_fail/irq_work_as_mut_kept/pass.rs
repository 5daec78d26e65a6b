// SPDX-License-Identifier: GPL-2.0

//! Who asks gets no more than that.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn keep<T>(idle: &mut Idle<T>) -> Pin<&mut T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    idle.as_mut()
}
