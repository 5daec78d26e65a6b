// SPDX-License-Identifier: GPL-2.0

//! The token of one in flight gives no access to it.

use crosscall::irq_work::{
    self,
    Exclusive,
    Hard,
    HasIrqWork,
    Idle,
    InFlight,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn share<T>(token: InFlight<T>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let _work = irq_work::new::<Hard, _>(move |_| _ = &token, GFP_KERNEL)?;
    Ok(())
}
