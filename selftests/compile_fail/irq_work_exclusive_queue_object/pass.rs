// SPDX-License-Identifier: GPL-2.0

//! Who has the token has both.

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
    Ok(idle.queue()?)
}
