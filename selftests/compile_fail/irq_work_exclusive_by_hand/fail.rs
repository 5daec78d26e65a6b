// SPDX-License-Identifier: GPL-2.0

//! expect: E0423
//!
//! An exclusive pointer without its token would be of no use to its owner, and could only do harm.

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
    drop(Exclusive(object));
}
