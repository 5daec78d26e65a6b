// SPDX-License-Identifier: GPL-2.0

//! expect: E0271 E0277
//!
//! An exclusive object in a box must not get a handle that queues without a token.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object.into()
}
