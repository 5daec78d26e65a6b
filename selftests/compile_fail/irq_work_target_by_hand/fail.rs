// SPDX-License-Identifier: GPL-2.0

//! expect: E0133
//!
//! Only the caller of the callback knows that the exclusive object may be used.

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
    <Exclusive<T> as IrqWorkPointer>::target((&raw const **idle).cast_mut())
}
