// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: has no `Handle`
//! expect-text: queued by its token, an `Idle<T>`
//!
//! A handle queues without a token, which an exclusive work relies on.

use crosscall::irq_work::{
    Exclusive,
    Handle,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Exclusive<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object.into()
}
