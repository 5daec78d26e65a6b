// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! An object that can still be moved must not be queued.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn make<T>(object: KBox<T>) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Idle::from(object)
}
