// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! Who shares the token of an exclusive work shares its object, which may be a `Cell`.

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

pub fn share<T>(token: Idle<T>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let _work = irq_work::new::<Hard, _>(move |_| _ = &token, GFP_KERNEL)?;
    Ok(())
}
