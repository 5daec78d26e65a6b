// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! What the token gives access to is there as long as the token.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn keep<T>(idle: &mut Idle<T>) -> Pin<&'static mut T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    idle.as_mut()
}
