// SPDX-License-Identifier: GPL-2.0

//! Two tokens may.

use core::mem;
use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};

pub fn swap<T>(mut a: Idle<T>, mut b: Idle<T>) -> (Idle<T>, Idle<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    mem::swap(&mut a, &mut b);
    (a, b)
}
