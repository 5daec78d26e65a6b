// SPDX-License-Identifier: GPL-2.0

//! It has a token.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: Pin<KBox<T>>) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object.into()
}
