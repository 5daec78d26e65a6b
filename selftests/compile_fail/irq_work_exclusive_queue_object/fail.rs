// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! Who has the object of an exclusive work does not have the token.

use crosscall::irq_work::{
    Exclusive,
    HasIrqWork,
    Idle,
    InFlight,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn ring<T>(mut idle: Idle<T>) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.as_mut().queue()?)
}
