// SPDX-License-Identifier: GPL-2.0

//! It is made with the token.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: Pin<KBox<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    drop(Idle::from(object));
}
