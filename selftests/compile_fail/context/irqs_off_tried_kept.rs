// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! A look at the interrupts gives no token that outlives it.
//! pass: A fact learned with it may.

include!("common/names.rs");

pub fn keep() -> Result<bool> {
    let mut kept = None;
    IrqsOff::try_with(|cx| kept = Some(cx))?; //[fail]
    IrqsOff::try_with(|cx| kept = Some(cx.cpu()))?; //[pass]
    Ok(kept.is_some())
}
