// SPDX-License-Identifier: GPL-2.0

//! expect: E0451
//! expect-text: field `token` is private
//!
//! A right to queue that did not come from the work itself could be a second one.

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
    Idle { ..idle }
}
