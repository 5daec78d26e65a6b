// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff`
//! The token which says that interrupts are off must not reach the waiter as
//! the result.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep() -> Result {
    let idle = csd::new(|cx| cx, GFP_KERNEL)?; //[fail]
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}
