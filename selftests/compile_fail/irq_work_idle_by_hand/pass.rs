// SPDX-License-Identifier: GPL-2.0

//! It is handed on.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};

pub fn forge<T>(idle: Idle<T>) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    idle
}
