// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `IrqsOff`
//!
//! The token which says that interrupts are off must not reach the waiter as the result.

use crosscall::csd;
use kernel::prelude::*;

pub fn keep() -> Result {
    let idle = csd::new(|cx| cx, GFP_KERNEL)?;
    drop(idle);
    Ok(())
}
