// SPDX-License-Identifier: GPL-2.0

//! It may be borrowed.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};

pub fn take<T>(idle: &mut Idle<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let _object: &T = &**idle;
}
