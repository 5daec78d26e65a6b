// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! The token owns an object that must not move.

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
    let _object: T = **idle;
}
